// The main of tests that use backends: Catch2's, with the backends started, but not where tests are only listed. So the tests
// of a CUDA build can be listed where there is no GPU.
#pragma once

#include <algorithm>
#include <catch2/catch_session.hpp>
#include <string_view>

template <class Backends>
int run_tests(int argc, char** argv) {
  if (std::any_of(argv, argv + argc, [](std::string_view argument) { return argument.starts_with("--list-"); })) {
    return Catch::Session().run(argc, argv);
  }
  const Backends backends(argc, argv);
  return Catch::Session().run(argc, argv);
}
