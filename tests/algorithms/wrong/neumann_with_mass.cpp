#include "../problems.hpp"

import kobie.algorithms;
import kobie.buffers;
import kobie.solvers;
import kobie.tableaus;

using Method = kobie::MethodWith<kobie::Sdirk43, kobie::MatrixFree<kobie::BiCgStab, kobie::Neumann<2>>>;
constexpr auto size =
    kobie::DiagonallyImplicitTraits<Method, problems::KapsWithMass>::buffers(kobie::BufferPrecision::float64).owners().size();
