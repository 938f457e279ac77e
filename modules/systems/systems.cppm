/// kobie.systems: what a system of ordinary differential equations looks like, and how its right-hand side sees one point.
///
///   struct Decay {
///     static constexpr auto states = kobie::values({{"y", 1.0}});
///     static constexpr auto parameters = kobie::values({{"rate", 0.5}});       // may be absent: no parameters
///     static constexpr auto drivers = kobie::names({{"source", "1/s"}});       // may be absent: no forcing given as samples
///     static constexpr auto observables = kobie::names({"activity"});          // may be absent: nothing observed
///
///     template <class Real>
///     static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
///       d.state = {at.driver[0] - at.parameter[0] * at.state[0]};
///     }
///     template <class Real>
///     static constexpr void observe(const kobie::Point<Decay, Real>& at, kobie::Observed<Decay, Real>& o) {
///       o.observable = {at.parameter[0] * at.state[0]};
///     }
///   };
export module kobie.systems;

export import :components;
export import :matrix;
export import :point;
export import :system;
