/// Inputs of runs from files.
export module kobie.batch:read_sweeps;

import kobie.standard;
import :runs;

namespace kobie {

/// Which inputs read_sweeps takes from a file.
export struct SweepSource {
  std::vector<std::string> names = {};  ///< of a .npy file's columns, in order; of other files those to take, empty: all
  std::string group = {};               ///< the group of an HDF5 file that has them; empty: they are at its top
  bool own_times = false;               ///< of a result file also the runs' own "t0" and "duration", where they have some
};

/// Initial states and parameters, run by run, for grid<S>(read_sweeps("runs.csv"), Combine::zip). The path's end says what the
/// file is:
/// - .csv: a column for each name, a row for each run, as io::read_csv has it;
/// - .npy: [run], or [run][column]; names have to be given;
/// - .h5, .hdf5: a dataset [run] for each name, or a single number that all runs share; of a result file of kobie its initial
///   states and parameters, drawn ones with their seed.
/// FileError for a file that is not like this or has no runs, UnknownName for a name that it does not have, InvalidArgument for
/// another path, names that do not fit a .npy file, a group of a file without groups. What is in the file is checked by grid.
export std::vector<NamedSweep> read_sweeps(const std::filesystem::path& path, const SweepSource& source = {});

}  // namespace kobie
