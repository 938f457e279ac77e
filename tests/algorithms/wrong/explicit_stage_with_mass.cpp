#include "../problems.hpp"

import kobie.algorithms;
import kobie.tableaus;

constexpr auto order = kobie::DiagonallyImplicitTraits<kobie::Kvaerno3, problems::KapsWithMass>::control_order;
