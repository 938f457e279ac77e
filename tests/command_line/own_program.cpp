import kobie;
import kobie.command_line;

struct Pendulum {
  static constexpr auto states = kobie::values({{"angle", 1.0, "rad"}, {"speed", 0.0, "rad/s"}});
  static constexpr auto parameters = kobie::values({{"length", 1.0, "m"}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Pendulum, Real>& at, kobie::Rates<Pendulum, Real>& d) {
    const auto& [angle, speed] = at.state;
    const auto& [length] = at.parameter;
    d.state = {speed, Real(-9.81) / length * kobie::sin(angle)};
  }
};

int main(int argc, char** argv) { return kobie::command_line<Pendulum>(argc, argv); }
