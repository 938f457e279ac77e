#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <random>
#include <thread>

#include "blocks.hpp"
#include "tools.hpp"

import kobie.io;

using kobie::io::BlockFile;
using Solve = tools::SmallSolve<double>;

namespace {

// A process that does this, and no more.
class Child {
 public:
  explicit Child(const std::function<void()>& work) : id_(::fork()) {
    if (id_ == 0) {
      try {
        work();
        ::_exit(0);
      } catch (...) {
        ::_exit(1);
      }
    }
    REQUIRE(id_ > 0);
  }
  ~Child() {
    if (id_ > 0) {
      kill();
      status();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() const { ::kill(id_, SIGKILL); }

  // Waits for its end.
  int status() {
    int answer = 0;
    ::waitpid(id_, &answer, 0);
    id_ = 0;
    return answer;
  }

 private:
  pid_t id_;
};

// Calls `step` wherever a kill may come in the midst of a solve, besides inside of the calls.
void solve_to(const std::filesystem::path& path, const Solve& solve, const std::function<void()>& step) {
  BlockFile file(path, solve.layout(), false);
  step();
  for (std::int64_t block = 0; block < file.blocks(); ++block) {
    if (file.finished(block)) {
      continue;
    }
    solve.write(file, block);
    step();
    solve.finish(file, block);
    step();
    file.sync();
    step();
  }
  file.commit();
}

}  // namespace

TEST_CASE("a solve that is killed between any two calls goes on and completes", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(7, 3);
  solve_to(folder / "undisturbed.h5", solve, [] {});
  const auto whole = tools::text_of(folder / "undisturbed.h5");
  int kills = 0;
  bool complete = false;
  for (int at = 1; !complete; ++at) {
    const auto path = folder / "a.h5";
    Child child([&] {
      solve_to(path, solve, [countdown = at]() mutable {
        if (--countdown == 0) {
          ::raise(SIGKILL);
        }
      });
    });
    const int status = child.status();
    complete = status == 0;
    if (!complete) {
      ++kills;
      REQUIRE((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
      REQUIRE_FALSE(std::filesystem::exists(path));
      REQUIRE(BlockFile(path, solve.layout(), false).finished_blocks() == (at - 1) / 3);
      solve_to(path, solve, [] {});
    }
    REQUIRE(tools::text_of(path) == whole);
    std::filesystem::remove(path);
  }
  CHECK(kills == 10);
}

TEST_CASE("a solve that is killed at random moments is complete or goes on, twenty times over", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(6001, 1000);
  const auto begin = std::chrono::steady_clock::now();
  solve_to(folder / "undisturbed.h5", solve, [] {});
  const std::chrono::duration<double, std::micro> undisturbed = std::chrono::steady_clock::now() - begin;
  const auto whole = tools::text_of(folder / "undisturbed.h5");

  std::mt19937 random(1);
  std::uniform_real_distribution<double> moment(0.0, 0.7 * undisturbed.count());
  for (int kill = 0; kill < 20; ++kill) {
    const auto path = folder / "a.h5";
    for (int again = 0; again < 2 && !std::filesystem::exists(path); ++again) {
      Child child([&] { solve_to(path, solve, [] {}); });
      std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(moment(random)));
      child.kill();
      const int status = child.status();
      REQUIRE((status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)));
    }
    if (!std::filesystem::exists(path)) {
      solve_to(path, solve, [] {});
    }
    REQUIRE(tools::text_of(path) == whole);
    std::filesystem::remove(path);
    REQUIRE(folder.files() == 1);
  }
}
