/// Sweeps as they are written on a command line.
export module kobie.command_line:sweep_text;

import kobie.batch;
import kobie.standard;

namespace kobie {

/// name=values, where values are
///   28                                          one
///   1,2.5,10                                    a list
///   first:last:count                            evenly spaced, both ends included
///   log:first:last:count                        with a constant ratio
///   uniform:low:high:count:seed                 drawn
///   log-uniform:low:high:count:seed
///   normal:mean:standard deviation:count:seed
/// Throws InvalidArgument about `argument`, with what is allowed, and what linspace and the others throw.
NamedSweep parse_sweep(std::string_view argument, std::string_view text);

/// name=value. Throws InvalidArgument about `argument`.
NamedSweep parse_setting(std::string_view argument, std::string_view text);

/// The parts of a text between separators, empty ones as well.
std::vector<std::string_view> parts_of(std::string_view text, char separator);

}  // namespace kobie
