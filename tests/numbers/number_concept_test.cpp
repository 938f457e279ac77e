#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <complex>
#include <string>
#include <type_traits>

import kobie.numbers;

using kobie::Dual;
using kobie::Number;
using kobie::Pack;

static_assert(Number<double>);
static_assert(Number<float>);
static_assert(Number<Pack<double, 2>>);
static_assert(Number<Pack<double, 8>>);
static_assert(Number<Pack<float, 16>>);
static_assert(Number<Pack<double, 32>>);
static_assert(Number<Dual<double, 1>>);
static_assert(Number<Dual<float, 4>>);
static_assert(Number<Dual<Pack<double, 8>, 3>>);
static_assert(Number<Dual<Pack<float, 16>, 1>>);

static_assert(!Number<int>);
static_assert(!Number<bool>);
static_assert(!Number<Pack<int, 8>>);
static_assert(!Number<std::complex<double>>);
static_assert(!Number<std::string>);

static_assert(std::is_same_v<kobie::ScalarOf<Dual<Pack<float, 16>, 2>>, float>);
static_assert(std::is_same_v<kobie::MaskOf<double>, bool>);
static_assert(std::is_same_v<kobie::MaskOf<Dual<double, 2>>, bool>);
static_assert(std::is_same_v<kobie::MaskOf<Dual<Pack<double, 8>, 2>>, kobie::MaskOf<Pack<double, 8>>>);
static_assert(kobie::lanes_of<double> == 1);
static_assert(kobie::lanes_of<Dual<Pack<double, 4>, 2>> == 4);
static_assert(std::is_trivially_copyable_v<Pack<double, 8>>);
static_assert(sizeof(Pack<float, 16>) == 16 * sizeof(float));
static_assert(std::is_trivially_copyable_v<Dual<Pack<double, 8>, 2>>);

namespace {

// What a right-hand side may do, with every kind of number.
template <Number Real>
constexpr Real cubic(const Real& x) {
  return kobie::select(x < Real(0), -x, x * x * x) + Real(0.5) * x;
}

}  // namespace

TEMPLATE_TEST_CASE("one generic function computes with every kind of number", "", double, float, (Pack<double, 8>),
                   (Pack<float, 16>)) {
  CHECK(kobie::all(cubic(TestType(2)) == TestType(9)));
  CHECK(kobie::all(cubic(TestType(-2)) == TestType(1)));
  CHECK(kobie::all(cubic(Dual<TestType, 1>::variable(TestType(2), 0)).derivative[0] == TestType(12.5)));
}

TEST_CASE("a register holds a power of two of lanes, twice as many floats as doubles") {
  CHECK((kobie::native_lanes<double> & (kobie::native_lanes<double> - 1)) == 0);
  CHECK(kobie::native_lanes<float> == 2 * kobie::native_lanes<double>);
}
