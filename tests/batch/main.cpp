#include "../backend_main.hpp"

import kobie;

int main(int argc, char** argv) { return run_tests<kobie::Session>(argc, argv); }
