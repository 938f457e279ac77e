// Each model by the method that is suggested for it.
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "tools.hpp"

import kobie.control;
import kobie.core;
import kobie.models;
import kobie.tableaus;

TEST_CASE("every model runs for its usual duration with the method that is suggested for it") {
  for (const kobie::ModelInfo& model : kobie::known_models()) {
    INFO(model.name);
    kobie::with_model(model.name, [&]<class M>() {
      using Method = std::conditional_t<M::stiff, kobie::Rodas5P, kobie::Tsit5>;
      using Control = std::conditional_t<M::stiff, kobie::GustafssonControl, kobie::PiControl>;
      const auto run = harness::integrate_one<M, Method, Control>(
          {.end = M::duration, .saves = {M::duration / 2.0, M::duration}, .rtol = 1e-6, .atol = 1e-9, .max_steps = 20000},
          tools::usual<M>());
      CHECK(run.status == kobie::Status::success);
      REQUIRE(run.saves.size() == 2);
      for (const auto& save : run.saves) {
        for (const double value : save.state) {
          CHECK(std::isfinite(value));
        }
      }
    });
  }
}
