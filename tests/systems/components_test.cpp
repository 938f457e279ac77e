#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

import kobie.systems;

using kobie::Components;

namespace {

// A view of three numbers, `stride` apart, in a field that is -1 between them.
template <std::ptrdiff_t Stride>
struct Field {
  double numbers[3 * Stride];
  Components<double, 3> view{numbers, Stride};

  Field() {
    for (double& number : numbers) {
      number = -1.0;
    }
    for (std::size_t i = 0; i < 3; ++i) {
      view[i] = 10.0 * static_cast<double>(i + 1);
    }
  }
  double at(std::ptrdiff_t i) const { return numbers[i * Stride]; }
  bool untouched_between() const {
    for (std::ptrdiff_t i = 0; i < 3 * Stride; ++i) {
      if (i % Stride != 0 && numbers[i] != -1.0) {
        return false;
      }
    }
    return true;
  }
};

template <std::ptrdiff_t Stride>
using StrideIs = std::integral_constant<std::ptrdiff_t, Stride>;

}  // namespace

TEMPLATE_TEST_CASE("an index reads and writes the number it names", "", StrideIs<1>, StrideIs<4>) {
  Field<TestType::value> field;
  CHECK(field.at(0) == 10.0);
  CHECK(field.at(2) == 30.0);
  CHECK(field.view[1] == 20.0);
  field.view[1] = 5.0;
  CHECK(field.at(1) == 5.0);
  CHECK(field.untouched_between());
}

TEMPLATE_TEST_CASE("structured bindings name the numbers themselves", "", StrideIs<1>, StrideIs<4>) {
  Field<TestType::value> field;
  auto& [a, b, c] = field.view;
  CHECK(a == 10.0);
  CHECK(b == 20.0);
  CHECK(c == 30.0);
  b = 7.0;
  CHECK(field.at(1) == 7.0);
  CHECK(field.untouched_between());
}

TEMPLATE_TEST_CASE("bindings to a const view still write through", "", StrideIs<1>, StrideIs<4>) {
  Field<TestType::value> field;
  const auto& [a, b, c] = field.view;
  c = a + b;
  CHECK(field.at(2) == 30.0);
  a = 1.0;
  CHECK(field.at(0) == 1.0);
}

TEMPLATE_TEST_CASE("a braced list is written to the numbers in order", "", StrideIs<1>, StrideIs<4>) {
  Field<TestType::value> field;
  const auto& view = field.view;
  view = {1.0, 2.0, 3.0};
  CHECK(field.at(0) == 1.0);
  CHECK(field.at(1) == 2.0);
  CHECK(field.at(2) == 3.0);
  CHECK(field.untouched_between());
}

TEST_CASE("a braced list may use the numbers that it replaces") {
  Field<1> field;
  const auto& [a, b, c] = field.view;
  field.view = {c, a, b};
  CHECK(field.at(0) == 30.0);
  CHECK(field.at(1) == 10.0);
  CHECK(field.at(2) == 20.0);
}

TEST_CASE("assigning a view copies numbers, copying a view shares them") {
  Field<1> from;
  Field<4> to;
  from.view = {1.0, 2.0, 3.0};
  to.view = from.view;
  CHECK(to.at(2) == 3.0);
  from.view[2] = 9.0;
  CHECK(to.at(2) == 3.0);
  const Components<double, 3> shared = to.view;
  shared[0] = 8.0;
  CHECK(to.at(0) == 8.0);
}

TEST_CASE("a view of const numbers only reads") {
  const double numbers[] = {1.0, 2.0};
  const Components<const double, 2> view(numbers);
  const auto& [a, b] = view;
  CHECK(a + b == 3.0);
  static_assert(std::is_same_v<decltype(view[0]), const double&>);
  static_assert(std::is_same_v<std::tuple_element_t<0, Components<const double, 2>>, const double&>);
}

static_assert(Components<double, 3>::size() == 3);
static_assert(std::tuple_size_v<Components<float, 5>> == 5);
static_assert([] {
  double numbers[2] = {};
  const Components<double, 2> view(numbers);
  view = {2.0, 3.0};
  return numbers[0] * numbers[1];
}() == 6.0);

TEST_CASE("a matrix is seen row by row, strided, and read through a view of const") {
  double numbers[18] = {};
  const kobie::SquareMatrix<double, 3> matrix(numbers, 2);
  matrix(0, 0) = 1.0;
  matrix(1, 2) = 2.0;
  matrix(2, 0) = 3.0;
  CHECK(numbers[0] == 1.0);
  CHECK(numbers[10] == 2.0);
  CHECK(numbers[12] == 3.0);
  const kobie::SquareMatrix<const double, 3> same = matrix;
  CHECK(same(1, 2) == 2.0);
  CHECK(same.stride() == 2);
  CHECK(same.size() == 3);
}
