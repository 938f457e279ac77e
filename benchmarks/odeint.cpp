#include "odeint.hpp"

#include <boost/numeric/odeint.hpp>

#include "hodgkin_huxley.hpp"
#include "lorenz.hpp"
#include "lorenz_96.hpp"

namespace {

namespace odeint = boost::numeric::odeint;

template <class State>
using Dopri5 = odeint::runge_kutta_dopri5<State, typename State::value_type>;

}  // namespace

template <class Twin, class T, std::size_t N>
void Odeint<Twin, T, N>::fixed(std::span<const double> parameters, const State& start, T dt, std::size_t steps,
                               std::span<State> ends) {
  for (std::size_t run = 0; run < parameters.size(); ++run) {
    ends[run] = start;
    odeint::integrate_n_steps(Dopri5<State>(), Twin{static_cast<T>(parameters[run])}, ends[run], T(0), dt, steps);
  }
}

template <class Twin, class T, std::size_t N>
void Odeint<Twin, T, N>::adaptive(std::span<const double> parameters, const State& start, T duration, T first_step, T tolerance,
                                  std::span<State> ends) {
  for (std::size_t run = 0; run < parameters.size(); ++run) {
    ends[run] = start;
    odeint::integrate_adaptive(odeint::make_controlled<Dopri5<State>>(tolerance, tolerance),
                               Twin{static_cast<T>(parameters[run])}, ends[run], T(0), duration, first_step);
  }
}

template <class Twin, class T, std::size_t N>
std::int64_t Odeint<Twin, T, N>::attempts(std::span<const double> parameters, const State& start, T duration, T first_step,
                                          T tolerance) {
  std::int64_t sum = 0;
  for (const double parameter : parameters) {
    const Twin twin{static_cast<T>(parameter)};
    std::int64_t derivatives = 0;
    const auto counting = [&](const State& state, State& rate, T t) {
      ++derivatives;
      twin(state, rate, t);
    };
    State y = start;
    odeint::integrate_adaptive(odeint::make_controlled<Dopri5<State>>(tolerance, tolerance), counting, y, T(0), duration,
                               first_step);
    sum += (derivatives - 1) / 6;  // one to start with, then six for each attempt
  }
  return sum;
}

template class Odeint<LorenzTwin<double>, double, 3>;
template class Odeint<LorenzTwin<float>, float, 3>;
template class Odeint<HodgkinHuxleyTwin<double>, double, 4>;
template class Odeint<Lorenz96Twin<double>, double, 32>;
