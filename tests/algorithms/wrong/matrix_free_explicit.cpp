#include "../problems.hpp"

import kobie.algorithms;
import kobie.solvers;
import kobie.tableaus;

constexpr auto name = kobie::MethodWith<kobie::Tsit5, kobie::MatrixFree<kobie::BiCgStab>>::name;
