// Robertson, 4,096 runs over k3 in [1e7, 6e7] to t = 1e5.
#include "stiff_twins.hpp"

void register_robertson() { StiffTwins<RobertsonSweep>::add(); }
