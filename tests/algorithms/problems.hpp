// Stiff systems, and others that implicit methods are tried on.
#pragma once

#include <array>
#include <cstddef>

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace problems {

// Kaps: y1' = -(stiffness + 2) y1 + stiffness y2^2, y2' = y1 - y2 - y2^2. y1 = exp(-2 t), y2 = exp(-t) from (1, 1).
struct Kaps {
  static constexpr auto states = kobie::values({{"y1", 1.0}, {"y2", 1.0}});
  static constexpr auto parameters = kobie::values({{"stiffness", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Kaps, Real>& at, kobie::Rates<Kaps, Real>& d) {
    const auto& [y1, y2] = at.state;
    const Real stiffness = at.parameter[0];
    d.state = {stiffness * (y2 * y2 - y1) - Real(2) * y1, y1 - y2 * (Real(1) + y2)};
  }
};

// Prothero and Robinson: y' = -1e6 (y - cos t) - sin t. y = cos t from 1.
struct ProtheroRobinson {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<ProtheroRobinson, Real>& at, kobie::Rates<ProtheroRobinson, Real>& d) {
    d.state = {Real(-1e6) * (at.state[0] - kobie::cos(at.t)) - kobie::sin(at.t)};
  }
};

// y' = -1e6 (y - cos t), which is near cos t after a very short time.
struct FastToCosine {
  static constexpr auto states = kobie::values({{"y", 2.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<FastToCosine, Real>& at, kobie::Rates<FastToCosine, Real>& d) {
    d.state = {Real(-1e6) * (at.state[0] - kobie::cos(at.t))};
  }
};

// Robertson's reaction, with k3 as a parameter.
struct Robertson {
  static constexpr auto states = kobie::values({{"y1", 1.0}, {"y2", 0.0}, {"y3", 0.0}});
  static constexpr auto parameters = kobie::values({{"k3", 3e7}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Robertson, Real>& at, kobie::Rates<Robertson, Real>& d) {
    const auto& [y1, y2, y3] = at.state;
    const Real slow = Real(0.04) * y1;
    const Real back = Real(1e4) * y2 * y3;
    const Real fast = at.parameter[0] * y2 * y2;
    d.state = {back - slow, slow - back - fast, fast};
  }
};

// Van der Pol's oscillator, as the Bari test set has it.
struct VanDerPol {
  static constexpr auto states = kobie::values({{"y1", 2.0}, {"y2", 0.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<VanDerPol, Real>& at, kobie::Rates<VanDerPol, Real>& d) {
    const auto& [y1, y2] = at.state;
    d.state = {y2, Real(1e6) * ((Real(1) - y1 * y1) * y2 - y1)};
  }
};

// y' = -sqrt(a - y^2): real while |y| <= sqrt(a).
struct UnderARoot {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto parameters = kobie::values({{"a", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<UnderARoot, Real>& at, kobie::Rates<UnderARoot, Real>& d) {
    d.state = {-kobie::sqrt(at.parameter[0] - at.state[0] * at.state[0])};
  }
};

// y' = jump where y < 1, -jump where it is not: no backward Euler step from below 1 - h jump stays there or gets across.
struct Discontinuous {
  static constexpr auto states = kobie::values({{"y", 0.95}});
  static constexpr auto parameters = kobie::values({{"jump", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Discontinuous, Real>& at, kobie::Rates<Discontinuous, Real>& d) {
    d.state = {kobie::select(at.state[0] < Real(1), at.parameter[0], -at.parameter[0])};
  }
};

// y' = growth y: the equations of a backward Euler step of length 1 / growth are singular.
struct Growth {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"growth", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Growth, Real>& at, kobie::Rates<Growth, Real>& d) {
    d.state = {at.parameter[0] * at.state[0]};
  }
};

// Heat in a rod whose ends are kept at 0, at 8 points inside. J is symmetric.
struct Rod {
  static constexpr std::size_t n = 8;
  static constexpr auto states =
      kobie::values({{"y1", 1.0}, {"y2", 1.0}, {"y3", 1.0}, {"y4", 1.0}, {"y5", 1.0}, {"y6", 1.0}, {"y7", 1.0}, {"y8", 1.0}});
  static constexpr auto parameters = kobie::values({{"diffusion", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Rod, Real>& at, kobie::Rates<Rod, Real>& d) {
    const Real k = Real(81.0) * at.parameter[0];
    for (std::size_t i = 0; i < n; ++i) {
      const Real left = i == 0 ? Real(0) : at.state[i - 1];
      const Real right = i + 1 == n ? Real(0) : at.state[i + 1];
      d.state[i] = k * (left - Real(2) * at.state[i] + right);
    }
  }
};

// Kaps' system as M (y1, y2)' = M f for a full matrix M.
struct KapsWithMass {
  static constexpr auto states = Kaps::states;
  static constexpr auto parameters = Kaps::parameters;
  static constexpr std::array<std::array<double, 2>, 2> mass = {{{2.0, 1.0}, {-1.0, 3.0}}};

  template <class Real>
  static constexpr void rhs(const kobie::Point<KapsWithMass, Real>& at, kobie::Rates<KapsWithMass, Real>& d) {
    const auto& [y1, y2] = at.state;
    const Real stiffness = at.parameter[0];
    const Real f1 = stiffness * (y2 * y2 - y1) - Real(2) * y1;
    const Real f2 = y1 - y2 * (Real(1) + y2);
    d.state = {Real(2) * f1 + f2, Real(3) * f2 - f1};
  }
};

// Kaps' system with infinite stiffness: 0 = y2^2 - y1, of index 1. The same solution.
struct KapsWithConstraint {
  static constexpr auto states = Kaps::states;
  static constexpr std::array<std::array<double, 2>, 2> mass = {{{0.0, 0.0}, {0.0, 1.0}}};

  template <class Real>
  static constexpr void rhs(const kobie::Point<KapsWithConstraint, Real>& at, kobie::Rates<KapsWithConstraint, Real>& d) {
    const auto& [y1, y2] = at.state;
    d.state = {y2 * y2 - y1, y1 - y2 * (Real(1) + y2)};
  }
};

}  // namespace problems
