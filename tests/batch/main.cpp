#include <catch2/catch_session.hpp>

import kobie;

int main(int argc, char** argv) {
  const kobie::Session session(argc, argv);
  return Catch::Session().run(argc, argv);
}
