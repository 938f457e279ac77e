/// What a command line says, before any of it is done.
export module kobie.command_line:arguments;

import kobie.core;
import kobie.standard;
import :catalog;

namespace kobie {

/// A command line that makes no sense.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// kobie run and kobie plan: both take the same.
struct RunArguments {
  std::string system;
  std::vector<std::string> sweeps;
  std::vector<std::string> settings;
  std::string inputs;  // a file of them
  std::vector<std::string> input_names;
  std::string input_group;
  bool zip = false;

  std::string method;
  std::string precision = "double";
  double rtol = 1e-6;
  double atol = 1e-6;
  double dt = 0.0;
  double dt_min = 0.0;
  double dt_max = 0.0;
  std::int64_t max_steps = 0;

  std::optional<double> t0;
  double settling_time = 0.0;
  std::optional<double> duration;
  std::vector<std::string> drivers;
  std::vector<double> stop_at;
  double save_every = 0.0;
  std::vector<double> save_at;
  std::vector<std::string> save;
  bool land_on_saves = false;

  std::vector<std::string> summary;
  std::vector<std::string> summarise;
  double sample_every = 0.0;
  double summarise_every = 0.0;

  std::vector<std::string> out;
  std::vector<std::string> plots;
  std::string picture;
  bool overwrite = false;
  std::int64_t chunk_runs = 0;
  bool json = false;
  bool quiet = false;
};

struct RunCommand {
  RunArguments arguments;
};
struct PlanCommand {
  RunArguments arguments;
};
struct ModelsCommand {
  std::string name;  // empty: all
  bool json = false;
};
struct MethodsCommand {
  bool json = false;
};
struct InfoCommand {
  std::string file;  // empty: of this machine
  bool json = false;
};
struct PlotCommand {
  std::string file;
  std::vector<std::string> plots;
  std::string picture;
  bool overwrite = false;
};
struct CompareCommand {
  std::string left;
  std::string right;
  double rtol = 0.0;
  double atol = 0.0;
  bool json = false;
};
/// A text that was asked for instead, such as help.
struct TextCommand {
  std::string text;
};

using Command =
    std::variant<RunCommand, PlanCommand, ModelsCommand, MethodsCommand, InfoCommand, PlotCommand, CompareCommand, TextCommand>;

/// Takes the command line apart; where --config names a file, what that says comes after what the command line says. `program`
/// is what it calls itself. Throws UsageError, InvalidArgument, UnknownName or FileError. Where the catalog has one system, no
/// name of one is needed.
Command parse_command(const std::vector<CatalogSystem>& catalog, const std::string& program,
                      std::vector<std::string> arguments);

}  // namespace kobie
