#include "../problems.hpp"

import kobie.algorithms;
import kobie.tableaus;

constexpr auto order = kobie::DiagonallyImplicitTraits<kobie::ImplicitMidpoint, problems::KapsWithConstraint>::control_order;
