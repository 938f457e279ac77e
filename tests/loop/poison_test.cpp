// What is not declared persistent is written before it is read in every step: NaN in it changes nothing.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <vector>

#include "compare.hpp"
#include "harness.hpp"
#include "ring.hpp"

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.tableaus;

using ring::Ring;
using Double8 = kobie::Pack<double, 8>;

namespace {

template <class Method, class Real, class Instrument, class Placed = harness::Buffers<Ring, Method, Real>>
auto integrate(const std::vector<harness::Start>& starts) {
  return harness::integrate<Ring, Method, ring::ControlOf<Method>, Real, Placed, Instrument>(ring::request, starts);
}

template <class Method, class Real>
void check_poisoned(const std::vector<harness::Start>& starts) {
  const auto sound = integrate<Method, Real, kobie::NoInstrument>(starts);
  const auto poisoned = integrate<Method, Real, kobie::PoisonBuffers>(starts);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    INFO("lane " << i);
    REQUIRE(sound[i].status == kobie::Status::success);
    compare::check_same(sound[i], poisoned[i]);
  }
}

// A loop that forgets to say that a derivative goes from step to step.
template <class Method>
struct Forgetful {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry = kobie::LoopBuffers<Ring, Method, double>::buffers();
    kobie::BufferChange change;
    change.persistent = false;
    registry.update("loop/algorithm", "derivative", change);
    return registry;
  }
};

}  // namespace

TEMPLATE_LIST_TEST_CASE("no method reads what an earlier step left in buffers that do not persist", "", kobie::Methods) {
  check_poisoned<TestType, double>({ring::start(0)});
}

TEMPLATE_TEST_CASE("no implicit method reads what an earlier step left in buffers that do not persist", "", kobie::Rodas4,
                   kobie::Rodas5P, kobie::Rosenbrock23, kobie::TrBdf2, kobie::Sdirk43, kobie::KenCarp4, kobie::CrankNicolson,
                   kobie::RadauIIA5, kobie::GaussLegendre4) {
  check_poisoned<TestType, double>({ring::start(0)});
}

TEMPLATE_TEST_CASE("no lane reads what an earlier step left in buffers that do not persist", "", kobie::Tsit5,
                   kobie::DormandPrince853, kobie::KenCarp4, kobie::RadauIIA5) {
  std::vector<harness::Start> starts;
  for (int i = 0; i < kobie::lanes_of<Double8>; ++i) {
    starts.push_back(ring::start(i));
  }
  check_poisoned<TestType, Double8>(starts);
}

TEMPLATE_TEST_CASE("a buffer that is wrongly declared not to persist shows when it is poisoned", "", kobie::Tsit5,
                   kobie::ClassicalRk4) {
  using Placed = kobie::BuffersOf<Forgetful<TestType>>;
  const std::vector<harness::Start> starts = {ring::start(0)};
  CHECK(integrate<TestType, double, kobie::NoInstrument, Placed>(starts)[0].status == kobie::Status::success);
  CHECK(integrate<TestType, double, kobie::PoisonBuffers, Placed>(starts)[0].status == kobie::Status::non_finite);
}
