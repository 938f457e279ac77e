import kobie.tableaus;

constexpr kobie::ImplicitTableau<3> mistyped() {
  auto tableau = kobie::RadauIIA5::tableau;
  tableau.error[1] += 1e-12;
  return tableau;
}
constexpr auto tableau = kobie::checked(mistyped(), 5, 3, 3, kobie::Stability::l_stable);
