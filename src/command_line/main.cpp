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

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

// Kokkos' own arguments are for the session.
std::vector<char*> taken_out(std::vector<std::string>& arguments, char* program) {
  static std::vector<std::string> kept;
  kept.clear();
  std::erase_if(arguments, [](const std::string& argument) {
    const bool kokkos = argument.starts_with("--kokkos-");
    if (kokkos) {
      kept.push_back(argument);
    }
    return kokkos;
  });
  std::vector<char*> pointers{program};
  for (auto& argument : kept) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

ExitCode obey(const std::vector<CatalogSystem>& catalog, const Command& command, std::vector<char*> for_session) {
  auto count = static_cast<int>(for_session.size()) - 1;
  const auto in_session = [&](const auto& act) {
    const Interrupt interrupt;  // before the backends' threads
    const Session session(count, for_session.data());
    return act(interrupt.token());
  };
  return std::visit(
      Overloaded{
          [&](const RunCommand& c) {
            return in_session([&](std::stop_token stop) { return run(catalog, c.arguments, std::move(stop)); });
          },
          [&](const PlanCommand& c) { return in_session([&](const std::stop_token&) { return plan(catalog, c.arguments); }); },
          [&](const InfoCommand& c) { return in_session([&](const std::stop_token&) { return show_info(catalog, c); }); },
          [&](const ModelsCommand& c) { return list_models(catalog, c); },
          [&](const MethodsCommand& c) { return list_methods(catalog, c); }, [&](const PlotCommand& c) { return plot(c); },
          [&](const CompareCommand& c) { return compare(c); },
          [&](const TextCommand& c) {
            fmt::print("{}", c.text);
            return ExitCode::success;
          }},
      command);
}

ExitCode complain(std::string_view program, std::string_view what, ExitCode code) {
  fmt::print(stderr, "{}: {}\n", program, what);
  return code;
}

}  // namespace

int command_line(const std::vector<CatalogSystem>& catalog, int argc, char** argv) {
  const std::string program = std::filesystem::path(argv[0]).filename();
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::vector<char*> for_session = taken_out(arguments, argv[0]);
  const auto code = [&] {
    try {
      return obey(catalog, parse_command(catalog, program, std::move(arguments)), std::move(for_session));
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
