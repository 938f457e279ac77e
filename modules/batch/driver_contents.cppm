/// Drivers in result files, and what their choices are called there and on command lines.
export module kobie.batch:driver_contents;

import kobie.core;
import kobie.drivers;
import kobie.io;
import kobie.standard;

namespace kobie {

/// What a choice is called.
export template <class Choice>
struct NamedChoice {
  std::string_view name;
  Choice choice;
};

export inline constexpr std::array<NamedChoice<Interpolation>, 3> interpolation_names = {
    {{"previous", Interpolation::previous}, {"linear", Interpolation::linear}, {"cubic", Interpolation::cubic}}};
export inline constexpr std::array<NamedChoice<SplineEnds>, 4> spline_ends_names = {{{"not_a_knot", SplineEnds::not_a_knot},
                                                                                     {"natural", SplineEnds::natural},
                                                                                     {"clamped", SplineEnds::clamped},
                                                                                     {"periodic", SplineEnds::periodic}}};
export inline constexpr std::array<NamedChoice<Outside>, 4> outside_names = {
    {{"refuse", Outside::refuse}, {"hold", Outside::hold}, {"zero", Outside::zero}, {"repeat", Outside::repeat}}};

/// The choice of that name. Throws UnknownName, with `kind` as what is chosen.
export template <class Choice, std::size_t N>
Choice choice_named(std::string_view kind, std::string_view name, const std::array<NamedChoice<Choice>, N>& names) {
  const auto found = std::ranges::find(names, name, &NamedChoice<Choice>::name);
  if (found != names.end()) {
    return found->choice;
  }
  std::vector<std::string> known;
  known.reserve(N);
  for (const auto& one : names) {
    known.emplace_back(one.name);
  }
  throw UnknownName(kind, name, known);
}

/// Datasets for drivers, which they refer to: drivers/<name> is [curve, sample], or [sample] where there is one curve;
/// driver_times/<name> [sample], where times were given.
std::vector<io::Dataset> driver_datasets(const std::vector<Driver>& drivers);

/// The drivers that a file has, in the order in which they were given.
std::vector<Driver> read_drivers(const io::Hdf5File& file);

/// The names of the attributes of drivers/<name> that say what is between samples and beyond them.
export std::vector<std::string> driver_attributes();

}  // namespace kobie
