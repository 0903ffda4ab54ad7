#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/ops/expression/assign.hpp"
#include "tarn/tests/ops/expression/strided_array.hpp"

// Random expressions beside NumPy's answers: make_fixtures.py writes the operands and the answers, one expression of
// an .inc file computes them with its operands in some layouts.

namespace tarn::ops::test {

using float32 = float;
using float64 = double;
using int32 = std::int32_t;
using int64 = std::int64_t;
using uint8 = std::uint8_t;
using complex64 = Kokkos::complex<float>;
using complex128 = Kokkos::complex<double>;

/// What NumPy made of one expression.
struct Fixture {
  std::string type;                                    ///< of the result
  std::array<std::array<std::int64_t, 4>, 4> extents;  ///< of a, b, c and the result
  const char* data;                                    ///< their elements, then the allowance of each result

  std::int64_t size(int array) const {
    std::int64_t product = 1;
    for (const std::int64_t extent : extents[static_cast<std::size_t>(array)])
      product *= extent;
    return product;
  }
};

/// Cases of each expression.
inline constexpr int repeats = 176;

/// The cases of an expression; NumPy computes all of them before the first is asked for.
/// @throws std::runtime_error if there is no Python with NumPy, or it fails
std::vector<Fixture> fixtures(int expression);

template <class T>
double distance(const T& got, const T& wanted) {
  if constexpr (ComplexElement<T>) {
    return std::hypot(static_cast<double>(got.real()) - static_cast<double>(wanted.real()),
                      static_cast<double>(got.imag()) - static_cast<double>(wanted.imag()));
  } else {
    return std::abs(static_cast<double>(got) - static_cast<double>(wanted));
  }
}

template <class T>
bool agrees(const T& got, const T& wanted, double allowance) {
  if (detail::is_nan(wanted)) return detail::is_nan(got);
  return got == wanted || distance(got, wanted) <= allowance;
}

/// Reads an operand in a layout that depends on the case.
template <class T>
StridedArray<T> operand(const Fixture& fixture, int array, int layout, const char*& data) {
  StridedArray<T> result(fixture.extents[static_cast<std::size_t>(array)], static_cast<Order>(layout % 4));
  result.set(data);
  data += fixture.size(array) * static_cast<std::int64_t>(sizeof(T));
  return result;
}

template <class T>
void expect_values(const StridedArray<T>& target, const Fixture& fixture, const char* data, const std::string& where) {
  const std::vector<T> got = target.get();
  std::vector<double> allowance(got.size());
  if (got.empty()) return;
  std::memcpy(allowance.data(), data + got.size() * sizeof(T), got.size() * sizeof(double));
  for (std::size_t n = 0; n < got.size(); ++n) {
    T wanted;
    std::memcpy(static_cast<void*>(&wanted), data + n * sizeof(T), sizeof(T));
    ASSERT_TRUE(agrees(got[n], wanted, allowance[n]))
        << where << ", element " << n << " of " << got.size() << ": " << ::testing::PrintToString(got[n]) << " and not "
        << ::testing::PrintToString(wanted) << ", allowed " << allowance[n];
  }
  ASSERT_TRUE(target.gaps_are_untouched()) << where;
  static_cast<void>(fixture);
}

/// Computes every case of an expression.
/// @param make  the expression of three Views
template <class A, class B, class C, class Make>
void check_expression(int number, const char* text, const Make& make) {
  const std::vector<Fixture> cases = fixtures(number);
  ASSERT_EQ(cases.size(), static_cast<std::size_t>(repeats)) << text;
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const Fixture& fixture = cases[n];
    const int layout = static_cast<int>(n);
    const char* data = fixture.data;
    const auto a = operand<A>(fixture, 0, layout, data);
    const auto b = operand<B>(fixture, 1, layout < 8 ? layout : layout / 4, data);
    const auto c = operand<C>(fixture, 2, layout < 8 ? layout : layout / 16, data);

    const auto expression = make(a.view(), b.view(), c.view());
    using T = typename std::remove_cvref_t<decltype(expression)>::value_type;
    const std::string where = fmt::format("{} (expression {}, case {})", text, number, n);
    ASSERT_EQ(fixture.type, detail::type_name<T>()) << where;
    ASSERT_EQ(expression.shape(), (Shape{4, fixture.extents[3]})) << where;
    StridedArray<T> target(fixture.extents[3], static_cast<Order>((layout + layout / 8) % 4));
    target.fill();
    assign(target.view(), expression);
    expect_values(target, fixture, data, where);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace tarn::ops::test
