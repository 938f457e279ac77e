/// Drivers as they are named on a command line.
export module kobie.command_line:driver_text;

import kobie.drivers;
import kobie.standard;

namespace kobie {

/// name=file[:interpolation[:outside]], where interpolation is previous, linear (the default) or cubic, and what is outside of
/// the samples refuse (the default), hold, zero or repeat. A cubic that is repeated is periodic; at the samples of what keeps
/// the previous value steps end. The file is .csv, with a header line, or .npy [sample, column]: the first column is the times,
/// the others are a curve each, one for all runs or one for each run; of a .csv file that has a column of the driver's name,
/// that one alone. Throws InvalidArgument about `argument`, UnknownName or FileError; what is in the file is the solver's to
/// check.
Driver parse_driver(std::string_view argument, std::string_view text);

}  // namespace kobie
