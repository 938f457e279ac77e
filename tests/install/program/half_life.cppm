module;
#include <numbers>

export module decay:half_life;

/// The time in which half of it goes.
export constexpr double half_life(double rate) { return std::numbers::ln2 / rate; }
