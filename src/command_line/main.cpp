module;
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import :arguments;
import :catalog;
import :commands;
import :interrupt;
import :main;

namespace kobie {
namespace {

// Kokkos' own arguments are for the session.
std::vector<std::string> taken_out(std::vector<std::string>& arguments) {
  std::vector<std::string> kept;
  std::erase_if(arguments, [&kept](const std::string& argument) {
    const bool kokkos = argument.starts_with("--kokkos-");
    if (kokkos) {
      kept.push_back(argument);
    }
    return kokkos;
  });
  return kept;
}

// Does what a command says.
struct Obeying {
  const std::vector<CatalogSystem>& catalog;
  std::vector<std::string>& for_session;  // arguments, with the program's name before them

  ExitCode operator()(const RunCommand& command) const {
    return in_session([&](std::stop_token stop) { return run(catalog, command.arguments, std::move(stop)); });
  }
  ExitCode operator()(const PlanCommand& command) const {
    return in_session([&](const std::stop_token&) { return plan(catalog, command.arguments); });
  }
  ExitCode operator()(const InfoCommand& command) const {
    return in_session([&](const std::stop_token&) { return show_info(catalog, command); });
  }
  ExitCode operator()(const ModelsCommand& command) const { return list_models(catalog, command); }
  ExitCode operator()(const MethodsCommand& command) const { return list_methods(catalog, command); }
  ExitCode operator()(const PlotCommand& command) const { return plot(command); }
  ExitCode operator()(const CompareCommand& command) const { return compare(command); }
  ExitCode operator()(const TextCommand& command) const {
    fmt::print("{}", command.text);
    return ExitCode::success;
  }

  template <class Act>
  ExitCode in_session(const Act& act) const {
    const Interrupt interrupt;  // before the backends' threads
    std::vector<char*> pointers;
    pointers.reserve(for_session.size() + 1);
    for (auto& argument : for_session) {
      pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    auto count = static_cast<int>(for_session.size());
    const Session session(count, pointers.data());
    return act(interrupt.token());
  }
};

ExitCode complain(std::string_view program, std::string_view what, ExitCode code) {
  fmt::print(stderr, "{}: {}\n", program, what);
  return code;
}

}  // namespace

int command_line(const std::vector<CatalogSystem>& catalog, int argc, char** argv) {
  const std::string program = std::filesystem::path(argv[0]).filename();
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::vector<std::string> for_session = taken_out(arguments);
  for_session.insert(for_session.begin(), argv[0]);
  const auto code = [&] {
    try {
      return std::visit(Obeying{catalog, for_session}, parse_command(catalog, program, std::move(arguments)));
    } catch (const UsageError& error) {
      return complain(program, error.what(), ExitCode::bad_arguments);
    } catch (const InvalidArgument& error) {
      return complain(program, error.what(), ExitCode::bad_arguments);
    } catch (const std::bad_alloc&) {
      return complain(program, "memory is not enough; `plan` says what a run takes", ExitCode::failed);
    } catch (const std::exception& error) {
      return complain(program, error.what(), ExitCode::failed);
    }
  }();
  return static_cast<int>(code);
}

}  // namespace kobie
