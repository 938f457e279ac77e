import kobie;
import kobie.command_line;

// y' = force.
struct Pushed {
  static constexpr auto states = kobie::values({{"y", 0.0, "m"}});
  static constexpr auto drivers = kobie::names({{"force", "m/s"}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Pushed, Real>& at, kobie::Rates<Pushed, Real>& d) {
    d.state = {at.driver[0]};
  }
};

int main(int argc, char** argv) { return kobie::command_line<Pushed>(argc, argv); }
