// A solve in miniature, for tests of files that are filled block by block: every value is told by its place.
#pragma once

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

import kobie.io;

namespace tools {

template <class T>
class SmallSolve {
 public:
  SmallSolve(std::size_t runs, std::int64_t block_length) : runs_(runs), block_length_(block_length) {}

  // With data for write_hdf5, without for BlockFile.
  kobie::io::Contents contents(bool whole) const {
    const auto data = [&](const auto& values) -> const void* { return whole ? values.data() : nullptr; };
    const auto element = kobie::io::element_type_of<T>;
    kobie::io::Contents all;
    all.attributes = {{"method", std::string("Tsit5")}, {"rtol", 1e-8}};
    all.datasets.push_back({"time", kobie::io::ElementType::float64, time_.data(), {3}, {}, {{"units", std::string("s")}}});
    all.datasets.push_back({"states/x", element, data(x_), {3, runs_}, {"time", "parameters/p"}, {{"order", std::int64_t{0}}}});
    all.datasets.push_back({"stages", element, data(stages_), {2, 3, runs_}, {}, {}});
    all.datasets.push_back({"end", element, data(end_), {runs_}, {}, {}});
    all.datasets.push_back({"status", kobie::io::ElementType::int32, data(status_), {runs_}, {}, {}});
    all.datasets.push_back(
        {"parameters/p", kobie::io::ElementType::float64, data(p_), {runs_}, {}, {{"seed", std::string("7")}}});
    all.datasets.push_back({"none", element, nullptr, {0, runs_}, {}, {}});
    return all;
  }

  kobie::io::BlockLayout layout(const std::string& fingerprint = "lorenz 1") const {
    return {contents(false), fingerprint, static_cast<std::int64_t>(runs_), block_length_, {"seconds", "steps"}};
  }

  void write_whole(const std::filesystem::path& path) const { kobie::io::write_hdf5(path, contents(true), false); }

  // Everything of a block, from arrays that have it alone but for two columns of padding.
  void write(kobie::io::BlockFile& file, std::int64_t block) const {
    write_columns(file, "states/x", x_, block);
    write_columns(file, "stages", stages_, block);
    write_columns(file, "end", end_, block);
    write_columns(file, "status", status_, block);
    write_columns(file, "parameters/p", p_, block);
  }

  void finish(kobie::io::BlockFile& file, std::int64_t block) const {
    file.finish(block, std::array{0.25 * static_cast<double>(block + 1), static_cast<double>(file.count_of(block))});
  }

  void write_rest(kobie::io::BlockFile& file) const {
    for (std::int64_t block = 0; block < file.blocks(); ++block) {
      if (!file.finished(block)) {
        write(file, block);
        finish(file, block);
      }
    }
  }

  // Checks that a file which was filled block by block has what the whole solve has, and the marks.
  void require_in(const std::filesystem::path& path) const {
    const kobie::io::Hdf5File file(path);
    for (const auto& dataset : contents(true).datasets) {
      REQUIRE(file.shape(dataset.name) == dataset.shape);
      REQUIRE(file.type(dataset.name) == dataset.type);
      for (const auto& attribute : dataset.attributes) {
        REQUIRE(file.attribute(dataset.name, attribute.name) == attribute.value);
      }
    }
    REQUIRE(file.read<double>("time") == time_);
    REQUIRE(file.read<T>("states/x") == x_);
    REQUIRE(file.read<T>("stages") == stages_);
    REQUIRE(file.read<T>("end") == end_);
    REQUIRE(file.read<std::int32_t>("status") == status_);
    REQUIRE(file.read<double>("parameters/p") == p_);
    REQUIRE(file.names().size() == contents(true).datasets.size() + 3);
    REQUIRE(file.attribute("method") == kobie::io::AttributeValue(std::string("Tsit5")));
    REQUIRE(file.has_attribute("states/x", "DIMENSION_LIST"));
    REQUIRE(std::ranges::count(file.read<std::int32_t>("checkpoint/finished"), 1) ==
            std::ssize(file.read<double>("checkpoint/seconds")));
  }

 private:
  // A value for each row and run, none of them zero.
  template <class Element>
  static std::vector<Element> values(std::size_t rows, std::size_t runs, std::size_t seed) {
    std::vector<Element> made(rows * runs);
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i] = static_cast<Element>((seed * 1'000'003 + i * 7919) % 65'521) + Element{1};
    }
    return made;
  }

  template <class Element>
  void write_columns(kobie::io::BlockFile& file, const std::string& name, const std::vector<Element>& values,
                     std::int64_t block) const {
    const auto first = static_cast<std::size_t>(file.first_of(block));
    const auto count = static_cast<std::size_t>(file.count_of(block));
    const std::size_t rows = values.size() / runs_;
    const std::size_t stride = count + (file.blocks() > 1 ? 2 : 0);
    std::vector<Element> staged(rows * stride, Element{-1});
    for (std::size_t row = 0; row < rows; ++row) {
      std::copy_n(values.data() + row * runs_ + first, count, staged.data() + row * stride);
    }
    file.write(name, file.first_of(block), file.count_of(block), staged.data(), stride);
  }

  std::size_t runs_;
  std::int64_t block_length_;
  std::vector<double> time_ = {0.5, 1.5, 2.5};
  std::vector<T> x_ = values<T>(3, runs_, 1);
  std::vector<T> stages_ = values<T>(6, runs_, 2);
  std::vector<T> end_ = values<T>(1, runs_, 3);
  std::vector<std::int32_t> status_ = values<std::int32_t>(1, runs_, 4);
  std::vector<double> p_ = values<double>(1, runs_, 5);
};

}  // namespace tools
