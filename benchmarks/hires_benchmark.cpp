// HIRES, 4,096 runs over the constant of its fast reaction, from half to twice 280, to t = 321.8122.
#include "stiff_twins.hpp"

void register_hires() { StiffTwins<HiresSweep>::add(); }
