// A sweep of the Lorenz system over rho: 100,000 runs, each integrated to the same tolerance.
import kobie;

struct Lorenz {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = kobie::values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Lorenz, Real>& at, kobie::Rates<Lorenz, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    d.state = {sigma * (y - x), x * (rho - z) - y, x * y - beta * z};
  }
};

int main(int argc, char** argv) {
  kobie::Session session(argc, argv);
  kobie::Solver<Lorenz, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
  auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 21.0, 100'000)}});
  auto result = solver.solve(runs, {.duration = 10.0, .save_every = 0.1});
  result.write("lorenz.h5");
}
