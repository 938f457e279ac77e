module;
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

// A nameless file, gone when closed. Files instead of pipes: no writer can be killed by SIGPIPE, and neither side can wait for
// the other for ever.
File scratch_file(std::string_view text, const std::filesystem::path& target) {
  File file(std::tmpfile());
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0 ||
      std::fseek(file.get(), 0, SEEK_SET) != 0) {
    throw FileError(target.string(), "no temporary file for gnuplot: " + std::generic_category().message(errno));
  }
  return file;
}

// Blank lines and the pointers to a column of the script say nothing to a reader.
std::string words_in(std::FILE* file) {
  std::string words;
  std::array<char, 512> line{};
  const bool readable = std::fseek(file, 0, SEEK_SET) == 0;
  while (readable && std::fgets(line.data(), static_cast<int>(line.size()), file) != nullptr) {
    const std::string_view text = line.data();
    const auto first = text.find_first_not_of(" ^\n");
    if (first != std::string_view::npos) {
      words += words.empty() ? "" : " / ";
      words += text.substr(first, text.find_last_not_of(" \n") + 1 - first);
    }
  }
  return words;
}

// Standard input, output and error of the child.
class Streams {
 public:
  Streams(int input, const std::filesystem::path& output, int error) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    posix_spawn_file_actions_adddup2(&actions_, error, STDERR_FILENO);
  }
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

int exit_status(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return -1;
    }
  }
  return status;
}

}  // namespace

void run_gnuplot(const std::string& script, const std::filesystem::path& output, const std::filesystem::path& target) {
  const File input = scratch_file(script, target);
  const File error = scratch_file("", target);
  const Streams streams(::fileno(input.get()), output, ::fileno(error.get()));
  std::string program = "gnuplot";
  std::string defaults = "-d";  // without the user's own settings
  std::string standard_input = "-";
  const std::array<char*, 4> arguments = {program.data(), defaults.data(), standard_input.data(), nullptr};
  pid_t child = 0;
  const int refused = ::posix_spawnp(&child, program.c_str(), streams.get(), nullptr, arguments.data(), environ);
  if (refused == ENOENT) {
    throw FileError(target.string(), "is drawn by the program gnuplot, which is not in PATH; install gnuplot");
  }
  if (refused != 0) {
    throw FileError(target.string(), "gnuplot could not be started: " + std::generic_category().message(refused));
  }
  const int status = exit_status(child);
  if (status != 0) {
    throw FileError(target.string(), fmt::format("gnuplot failed, and said: {}", words_in(error.get())));
  }
}

}  // namespace kobie::io
