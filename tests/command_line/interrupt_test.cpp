// Ctrl-C.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "program.hpp"

import kobie;

namespace {

// Starts the program, sends it a signal once `until` is there and a moment has passed, and returns its exit code.
int interrupted(const std::filesystem::path& folder, const std::string& arguments, const std::filesystem::path& until) {
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string command =
        "cd '" + folder.string() + "' && OMP_NUM_THREADS=1 exec '" PROGRAM "' " + arguments + " >out 2>errors";
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    std::_Exit(127);
  }
  for (int i = 0; i < 600 && !std::filesystem::exists(until); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("Ctrl-C ends a run cleanly: what is finished is in the partial file, and the same command goes on") {
  const tools::TemporaryFolder folder;
  const std::string sweep = "run lorenz --sweep rho=0:21:20000 --chunk-runs 1000 --method classical-rk4 --dt 1e-3 --out a.h5 ";
  // 200,000 steps a run: it would take minutes.
  const int code = interrupted(folder.path(), sweep + "--duration 200", folder / "a.h5.partial");
  CAPTURE(tools::text_of(folder / "errors"), tools::text_of(folder / "out"));
  CHECK(code == 130);
  CHECK_FALSE(std::filesystem::exists(folder / "a.h5"));
  const auto partial = kobie::read(folder / "a.h5.partial");
  CHECK(partial.stopped());
  const auto compared = program::run(folder.path(), "compare a.h5.partial a.h5.partial");
  CHECK(compared.code == 3);
  CHECK(compared.errors.find("a.h5.partial: is not finished") != std::string::npos);
  CHECK(tools::text_of(folder / "out").find("the same command goes on") != std::string::npos);
}
