// The reactors of SUNDIALS' examples, 4,096 runs each over b to t = 10.
#include "stiff_twins.hpp"

void register_brusselator() {
  StiffTwins<Reactor0>::add();
  StiffTwins<Reactor1>::add();
  StiffTwins<Reactor2>::add();
}
