#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "../temporary_folder.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;

namespace {

struct Oscillator {
  static constexpr auto states = kobie::values({{"x", 1.0, "m"}, {"v", 0.0, "m/s"}});
  static constexpr auto parameters = kobie::values({{"stiffness", 1.0, "1/s^2"}, {"damping", 0.1}});
  static constexpr auto observables = kobie::names({{"energy", "m^2/s^2"}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Oscillator, Real>& at, kobie::Rates<Oscillator, Real>& d) {
    const auto& [x, v] = at.state;
    d.state = {v, -at.parameter[0] * x - at.parameter[1] * v};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Oscillator, Real>& at, kobie::Observed<Oscillator, Real>& o) {
    const auto& [x, v] = at.state;
    o.observable = {Real(0.5) * (v * v + at.parameter[0] * x * x)};
  }
};

template <class T>
kobie::Result<T> solved() {
  const kobie::Solver<Oscillator, kobie::Tsit5, kobie::Precision<T>> solver({.rtol = 1e-5, .atol = 1e-5});
  auto runs =
      kobie::grid<Oscillator>({{"stiffness", kobie::uniform(0.5, 2.0, 11, 12345678901234567890ULL)}}).with_initial_step(0.01);
  return solver.solve(runs, {.t0 = 2.0, .settling_time = 0.5, .duration = 4.0, .save_every = 0.5});
}

}  // namespace

TEMPLATE_TEST_CASE("what is written to HDF5 is read back", "", float, double) {
  const tools::TemporaryFolder folder;
  const auto result = solved<TestType>();
  result.write(folder / "a.h5");
  const auto back = kobie::Result<TestType>::read(folder / "a.h5");

  CHECK(back.runs() == result.runs());
  CHECK(back.times() == result.times());
  REQUIRE(back.all().size() == result.all().size());
  CHECK(std::memcmp(back.all().data_handle(), result.all().data_handle(), result.all().size() * sizeof(TestType)) == 0);
  for (std::size_t i = 0; i < result.quantities().size(); ++i) {
    CHECK(back.quantities()[i].name == result.quantities()[i].name);
    CHECK(back.quantities()[i].unit == result.quantities()[i].unit);
  }
  for (std::int64_t run = 0; run < result.runs(); ++run) {
    const auto i = static_cast<std::size_t>(run);
    CHECK(back.status(run) == result.status(run));
    CHECK(back.accepted_steps()[i] == result.accepted_steps()[i]);
    CHECK(back.rejected_steps()[i] == result.rejected_steps()[i]);
    CHECK(back.end_times()[i] == result.end_times()[i]);
    CHECK(back.inputs()["stiffness"][run] == result.inputs()["stiffness"][run]);
    CHECK(back.inputs()["damping"][run] == 0.1);
    CHECK(back.inputs()["x"][run] == 1.0);
  }
  CHECK(back.inputs()["stiffness"].seed == 12345678901234567890ULL);
  REQUIRE(back.inputs().initial_step());
  CHECK(back.inputs().initial_step()->values == std::vector<double>{0.01});
  const auto& provenance = back.provenance();
  CHECK(provenance.system == "Oscillator");
  CHECK(provenance.method == "tsit5");
  CHECK(provenance.controller == "pi");
  CHECK(provenance.options.rtol == 1e-5);
  CHECK(provenance.request.t0 == 2.0);
  CHECK(provenance.request.settling_time == 0.5);
  CHECK(provenance.request.duration == 4.0);
  CHECK(provenance.version == kobie::version());
}

TEST_CASE("a result file has the documented layout") {
  const tools::TemporaryFolder folder;
  solved<float>().write(folder / "a.h5");
  const kobie::io::Hdf5File file(folder / "a.h5");
  CHECK(file.names() == std::vector<std::string>{"accepted_steps", "end_time", "initial/v", "initial/x", "initial_step",
                                                 "observables/energy", "parameters/damping", "parameters/stiffness",
                                                 "rejected_steps", "states/v", "states/x", "status", "time"});
  CHECK(file.shape("states/x") == std::vector<std::size_t>{9, 11});
  CHECK(file.type("states/x") == kobie::io::ElementType::float32);
  CHECK(file.shape("parameters/damping").empty());
  CHECK(file.shape("parameters/stiffness") == std::vector<std::size_t>{11});
  CHECK(std::get<std::string>(file.attribute("states/x", "units")) == "m");
  CHECK(std::get<std::string>(file.attribute("format")) == "kobie result");
}

TEST_CASE("write_to writes the result") {
  const tools::TemporaryFolder folder;
  const kobie::Solver<Oscillator, kobie::Tsit5> solver;
  const auto result = solver.solve(kobie::grid<Oscillator>({}), {.duration = 1.0, .write_to = folder / "b.h5"});
  CHECK(kobie::read(folder / "b.h5")["x"](0, 0) == result["x"](0, 0));
}

TEST_CASE("NumPy files hold all series, or one") {
  const tools::TemporaryFolder folder;
  const auto result = solved<double>();
  result.write(folder / "all.npy");
  const auto all = kobie::io::read_npy(folder / "all.npy");
  CHECK(all.shape == std::vector<std::size_t>{3, 9, 11});
  CHECK(std::get<std::vector<double>>(all.data)[9 * 11 + 5] == result["v"](0, 5));

  result.write_npy(folder / "energy.npy", "energy");
  const auto energy = kobie::io::read_npy(folder / "energy.npy");
  CHECK(energy.shape == std::vector<std::size_t>{9, 11});
  CHECK(std::get<std::vector<double>>(energy.data)[8 * 11 + 10] == result["energy"](8, 10));
  CHECK_THROWS_WITH(result.write_npy(folder / "energy.h5", "energy"), ContainsSubstring("must end in .npy"));
}

TEST_CASE("a file that is not ours is a clear error") {
  const tools::TemporaryFolder folder;
  CHECK_THROWS_AS(kobie::read(folder / "missing.h5"), kobie::FileError);
  std::ofstream(folder / "text.h5") << "not HDF5";
  CHECK_THROWS_AS(kobie::read(folder / "text.h5"), kobie::FileError);
  const double number = 1.0;
  kobie::io::write_hdf5(folder / "foreign.h5", {{{"a", kobie::io::ElementType::float64, &number, {}, {}, {}}}, {}}, false);
  CHECK_THROWS_WITH(kobie::read(folder / "foreign.h5"), ContainsSubstring("is not a result file of kobie"));
}
