// Controllers asked for a factor, without a loop around them.
#pragma once

#include <catch2/catch_test_macros.hpp>

import kobie.control;
import kobie.numbers;

namespace controllers {

constexpr int k = 5;
constexpr double digits = 2e-5;  // fast_log2 and fast_exp2 are right to five digits

// A method that declares nothing about its control.
struct NoConstants {};

constexpr kobie::ControlSettings<double> pi = kobie::PiControl::defaults<NoConstants>();

template <class Real>
Real real(double number) {
  return Real(static_cast<kobie::ScalarOf<Real>>(number));
}

template <class Real>
double first(const Real& number) {
  return static_cast<double>(kobie::lane(number, 0));
}

// The factor after a step of size h with this error; every lane gives the same.
template <class Control, class Real>
double factor(const kobie::ControlSettings<double>& settings, double error,
              const typename Control::template History<Real>& history, double h = 1.0) {
  const Real square = real<Real>(error * error);
  const Real got = Control::template factor<k>(kobie::rounded<kobie::ScalarOf<Real>>(settings), square, real<Real>(h),
                                               square <= Real(1), history);
  CHECK(kobie::all(got == Real(kobie::lane(got, 0))));
  return first(got);
}

// Tells a controller of an accepted step.
template <class Control, class Real>
void accept(typename Control::template History<Real>& history, double error, double h = 1.0) {
  using Mask = kobie::MaskOf<Real>;
  Control::remember(history, real<Real>(error * error), real<Real>(h), Mask(true), Mask(false));
}

}  // namespace controllers
