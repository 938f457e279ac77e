// The program kobie, as people start it.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "../io/tools.hpp"

namespace program {

struct Answer {
  int code;
  std::string out;
  std::string errors;
};

// In this folder, with one thread: many of them are started.
inline Answer run(const std::filesystem::path& folder, const std::string& arguments, const std::string& which = PROGRAM) {
  const auto out = folder / ".out";
  const auto errors = folder / ".errors";
  const std::string command = "cd '" + folder.string() + "' && OMP_NUM_THREADS=1 '" + which + "' " + arguments + " >'" +
                              out.string() + "' 2>'" + errors.string() + "' </dev/null";
  const int status = std::system(command.c_str());
  Answer answer{WIFEXITED(status) ? WEXITSTATUS(status) : -1, tools::text_of(out), tools::text_of(errors)};
  std::filesystem::remove(out);
  std::filesystem::remove(errors);
  return answer;
}

}  // namespace program
