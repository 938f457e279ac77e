import kobie.tableaus;

constexpr kobie::StageTransformation<2> mistyped() {
  auto transformation = kobie::GaussLegendre4::transformation;
  transformation.t[1][1] += 1e-12;
  return transformation;
}
constexpr auto transformation = kobie::checked(mistyped(), kobie::GaussLegendre4::tableau);
