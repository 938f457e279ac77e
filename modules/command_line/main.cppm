/// The whole of a command line.
export module kobie.command_line:main;

import kobie.standard;
import kobie.systems;
import kobie.tableaus;
import :catalog;

namespace kobie {

/// How a command line ends, for scripts.
export enum class ExitCode : int {
  success = 0,
  differ = 1,         ///< what was compared
  bad_arguments = 2,  ///< nothing was done
  failed = 3,         ///< a file, memory, or another program was in the way
  runs_failed = 4,    ///< results are written; some runs did not reach their end
  interrupted = 130,  ///< what was finished is kept
};

/// Does what the arguments say (docs/command_line.md) with the systems of the catalog, and returns the program's exit code.
/// Starts the parallel backends itself: no Session may be alive.
export int command_line(const std::vector<CatalogSystem>& catalog, int argc, char** argv);

/// The same for systems of one's own, in double, with Tsit5, DormandPrince853 and Rodas5P:
///
///   int main(int argc, char** argv) { return kobie::command_line<Pendulum>(argc, argv); }
export template <class... Systems>
int command_line(int argc, char** argv) {
  using Usual = MethodList<Tsit5, DormandPrince853, Rodas5P>;
  return command_line({catalog_system<Systems>(Usual{})...}, argc, argv);
}

}  // namespace kobie
