/// What each command does.
export module kobie.command_line:commands;

import kobie.standard;
import :arguments;
import :catalog;
import :integration;
import :main;

namespace kobie {

/// Throws UnknownName; without a name, where the catalog has one system, that one.
const CatalogSystem& system_named(const std::vector<CatalogSystem>& catalog, std::string_view name);
/// The method of that name (empty: what suits the system) in that precision. Throws UnknownName, and InvalidArgument where
/// kobie has such a method but this program was compiled without.
const CatalogMethod& method_named(const CatalogSystem& system, std::string_view name, std::string_view precision);

/// What a solve has to do for the arguments. Throws InvalidArgument, UnknownName or FileError.
Job job_of(const RunArguments& arguments, const CatalogSystem& system);

ExitCode run(const std::vector<CatalogSystem>& catalog, const RunArguments& arguments, std::stop_token stop);
ExitCode plan(const std::vector<CatalogSystem>& catalog, const RunArguments& arguments);
ExitCode list_models(const std::vector<CatalogSystem>& catalog, const ModelsCommand& command);
ExitCode list_methods(const std::vector<CatalogSystem>& catalog, const MethodsCommand& command);
ExitCode show_info(const std::vector<CatalogSystem>& catalog, const InfoCommand& command);
ExitCode plot(const PlotCommand& command);
ExitCode compare(const CompareCommand& command);

}  // namespace kobie
