// What tests of files share.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "../temporary_folder.hpp"

namespace files {

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace files
