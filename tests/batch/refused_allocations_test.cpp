// Memory that is refused, at every place where it is asked for. This program's operator new does that when it is told to.
#include <atomic>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <limits>
#include <new>
#include <optional>

#include "../temporary_folder.hpp"
#include "compare.hpp"
#include "problems.hpp"

import kobie;

using problems::Lorenz;

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
// Smaller ones are always granted: Kokkos makes strings while it frees memory, and ends the program where it cannot.
constexpr std::size_t least_refused = 64;

std::atomic<std::int64_t> granted_before = never;  // the first that is refused
std::atomic<bool> all_after = false;               // else only that one
std::atomic<std::int64_t> asked = 0;

bool refused(std::size_t bytes) {
  if (granted_before == never || bytes < least_refused) {
    return false;
  }
  const std::int64_t number = asked++;
  return all_after ? number >= granted_before : number == granted_before;
}

// Whether something was refused while `work` ran, which ended well or by an exception.
bool with_refused(std::int64_t first, bool and_all_after, const std::function<void()>& work) {
  asked = 0;
  all_after = and_all_after;
  granted_before = first;
  try {
    work();
  } catch (const std::exception&) {  // an error is a good answer; NOLINT(bugprone-empty-catch)
  }
  granted_before = never;
  return asked > first;
}

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (refused(bytes)) {
    return nullptr;
  }
  const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
}

void* allocate_or_throw(std::size_t bytes, std::size_t alignment) {
  void* memory = allocate(bytes, alignment);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

constexpr std::size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

void* operator new(std::size_t bytes) { return allocate_or_throw(bytes, usual); }
void* operator new[](std::size_t bytes) { return allocate_or_throw(bytes, usual); }
void* operator new(std::size_t bytes, std::align_val_t at) { return allocate_or_throw(bytes, static_cast<std::size_t>(at)); }
void* operator new[](std::size_t bytes, std::align_val_t at) { return allocate_or_throw(bytes, static_cast<std::size_t>(at)); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes, usual); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes, usual); }
void* operator new(std::size_t bytes, std::align_val_t at, const std::nothrow_t&) noexcept {
  return allocate(bytes, static_cast<std::size_t>(at));
}
void* operator new[](std::size_t bytes, std::align_val_t at, const std::nothrow_t&) noexcept {
  return allocate(bytes, static_cast<std::size_t>(at));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept { std::free(memory); }

namespace {

kobie::Runs<Lorenz> runs() { return kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 40)}}); }

kobie::SolveRequest request() {
  kobie::SolveRequest request{.duration = 0.2, .save_every = 0.1};
  request.chunk_runs = 16;
  return request;
}

}  // namespace

TEMPLATE_TEST_CASE("whichever allocation is refused, a solve in chunks is right or says so, and the next one is right", "",
                   kobie::OnDefaultBackend, kobie::OnHostAsDevice) {
  const auto expected = kobie::Solver<Lorenz, kobie::Tsit5, TestType>().solve(runs(), request());
  for (const bool and_all_after : {false, true}) {
    bool refused_some = true;
    std::int64_t first = 0;
    for (; refused_some; ++first) {
      const kobie::Solver<Lorenz, kobie::Tsit5, TestType> solver;
      std::optional<kobie::Result<double>> result;
      refused_some = with_refused(first, and_all_after, [&] { result.emplace(solver.solve(runs(), request())); });
      INFO("the first that was refused was allocation " << first << (and_all_after ? ", and all after it" : ""));
      if (result) {
        REQUIRE(compare::same_results(*result, expected));
      }
      REQUIRE(compare::same_results(solver.solve(runs(), request()), expected));
    }
    CHECK(first > 20);
  }
}

TEST_CASE("whichever allocation is refused, a solve to a file can be finished by the next one") {
  const kobie::Solver<Lorenz, kobie::Tsit5> solver;
  const tools::TemporaryFolder folder;
  const auto expected = solver.solve(runs(), request());
  auto to_file = request();
  to_file.write_to = folder / "a.h5";
  for (const bool and_all_after : {false, true}) {
    bool refused_some = true;
    std::int64_t first = 0;
    for (; refused_some; ++first) {
      std::filesystem::remove(to_file.write_to);
      std::optional<kobie::FileSolve> solved;
      refused_some = with_refused(first, and_all_after, [&] { solved.emplace(solver.solve_to_file(runs(), to_file)); });
      INFO("the first that was refused was allocation " << first << (and_all_after ? ", and all after it" : ""));
      REQUIRE(solved.has_value() == std::filesystem::exists(to_file.write_to));
      if (!solved) {
        static_cast<void>(solver.solve_to_file(runs(), to_file));
      }
      REQUIRE(compare::same_results(kobie::read(to_file.write_to), expected));
    }
    CHECK(first > 20);
  }
}
