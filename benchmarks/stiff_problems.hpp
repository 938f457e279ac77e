// The stiff problems that kobie and CVODE solve. A problem has: System, Twin (made by twin() from the swept parameter), name,
// swept, low, high, fixed() (other inputs of kobie's grid), start, duration, aim (of the relative error at the end), scale
// (absolute tolerances, in units of the relative one; for both alike), and the end of one run as it is published.
#pragma once
#include <array>
#include <vector>

#include "brusselator.hpp"
#include "hires.hpp"
#include "robertson.hpp"

import kobie;

// Tolerances of states in the proportions that SUNDIALS' own example has.
struct RobertsonSweep {
  using System = Robertson;
  using Twin = RobertsonTwin;
  static constexpr const char* name = "robertson";
  static constexpr const char* swept = "k3";
  static constexpr double low = 1e7;
  static constexpr double high = 6e7;
  static constexpr std::array<double, 3> start{1.0, 0.0, 0.0};
  static constexpr double duration = 1e5;
  static constexpr double aim = 1e-5;
  static constexpr std::array<double, 3> scale{1e-4, 1e-10, 1e-2};
  static constexpr double published_at = 3e7;
  static constexpr std::array<double, 3> published{1.7865921142099464965e-02, 7.2747514684363187707e-08,
                                                   9.8213400611038585067e-01};

  static Twin twin(double k3) { return {.k3 = k3}; }
  static std::vector<kobie::NamedSweep> fixed() { return {}; }
};

struct HiresSweep {
  using System = Hires;
  using Twin = HiresTwin;
  static constexpr const char* name = "hires";
  static constexpr const char* swept = "light";
  static constexpr double low = 140.0;
  static constexpr double high = 560.0;
  static constexpr std::array<double, 8> start{1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057};
  static constexpr double duration = 321.8122;
  static constexpr double aim = 1e-5;
  static constexpr std::array<double, 8> scale{1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4};
  static constexpr double published_at = 280.0;
  static constexpr std::array<double, 8> published{
      7.3713125733256678072e-04, 1.4424857263161846581e-04, 5.8887297409675750074e-05, 1.1756513432831491455e-03,
      2.3863561988313304688e-03, 6.2389682527427957866e-03, 2.8499983951857686579e-03, 2.8500016048142313420e-03};

  static Twin twin(double light) { return {.light = light}; }
  static std::vector<kobie::NamedSweep> fixed() { return {}; }
};

// What the three reactors have in common: the inflow b is swept by 4 percent to each side.
template <class Reactor>
struct ReactorSweep {
  using System = Brusselator;
  using Twin = BrusselatorTwin;
  static constexpr const char* swept = "b";
  static constexpr double low = 0.96 * Reactor::b;
  static constexpr double high = 1.04 * Reactor::b;
  static constexpr std::array<double, 3> start = Reactor::at_start;
  static constexpr double duration = 10.0;
  static constexpr double aim = 1e-5;
  static constexpr std::array<double, 3> scale{1.0, 1.0, 1.0};
  static constexpr double published_at = Reactor::b;

  static Twin twin(double b) { return {.b = b, .a = Reactor::a, .epsilon = Reactor::epsilon}; }
  static std::vector<kobie::NamedSweep> fixed() {
    return {{"u", start[0]}, {"v", start[1]}, {"w", start[2]}, {"a", Reactor::a}, {"epsilon", Reactor::epsilon}};
  }
};

struct ReactorInputs0 {
  static constexpr double a = 1.2, b = 2.5, epsilon = 1e-5;
  static constexpr std::array<double, 3> at_start{3.9, 1.1, 2.8};
};
struct Reactor0 : ReactorSweep<ReactorInputs0> {
  static constexpr const char* name = "reactor-0";
  static constexpr std::array<double, 3> published{1.0649698308392719015, 2.5959557937215880907, 2.4999733761419778113};
};

struct ReactorInputs1 {
  static constexpr double a = 0.5, b = 3.0, epsilon = 5e-4;
  static constexpr std::array<double, 3> at_start{3.0, 3.0, 3.5};
};
struct Reactor1 : ReactorSweep<ReactorInputs1> {
  static constexpr const char* name = "reactor-1";
  static constexpr std::array<double, 3> published{0.15690125909294320779, 5.3223297210916070596, 2.9997646691654609432};
};

struct ReactorInputs2 {
  static constexpr double a = 1.0, b = 3.5, epsilon = 5e-6;
  static constexpr std::array<double, 3> at_start{1.2, 3.1, 3.0};
};
struct Reactor2 : ReactorSweep<ReactorInputs2> {
  static constexpr const char* name = "reactor-2";
  static constexpr std::array<double, 3> published{0.30559915844603606423, 3.6573824370431213902, 3.4999946520199563340};
};
