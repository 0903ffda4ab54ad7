// Functions that a host may compute for many elements at once: their values, and that these do not depend on the place.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/ops/reduce/scan.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

template <class T>
using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;

template <class T>
Bits<T> bits(T value) {
  return std::bit_cast<Bits<T>>(value);
}

/// Checks a function of `count` equal numbers: every element has the same bits, in every kind of loop.
template <class T, class Function>
void expect_one_value(const Function& function, T x, int count) {
  SCOPED_TRACE(fmt::format("{} times {}", count, x));
  const auto numbers = vector_of<T>(std::vector<T>(static_cast<std::size_t>(count), x));
  const Kokkos::View<T**, Kokkos::LayoutLeft, Space> wide("test::wide", 3, count);
  const auto strided = Kokkos::subview(wide, 1, Kokkos::ALL);
  const Kokkos::View<T*, Space> target("test::target", count), running("test::running", count);
  assign(strided, numbers);

  assign(target, function(numbers));
  const auto of_contiguous = on_host(target);
  assign(target, function(strided));
  const auto of_strided = on_host(target);
  cumsum(running, function(numbers), axis<0>);
  const T first = on_host(running)[0], least = min(function(numbers)), greatest = max(function(strided));

  for (int n = 0; n < count; ++n) {
    ASSERT_EQ(bits(of_contiguous[n]), bits(first)) << n;
    ASSERT_EQ(bits(of_strided[n]), bits(first)) << n;
  }
  EXPECT_EQ(bits(least), bits(first));
  EXPECT_EQ(bits(greatest), bits(first));
}

/// Checks a function against the C library's of single numbers: within 4 units in the last place, and the same where
/// it is zero, infinite or not a number.
template <class T, class Function, class Wanted>
void expect_close(const Function& function, const Wanted& wanted) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  std::vector<T> numbers{0, T(-0.0), infinity, -infinity, std::numeric_limits<T>::quiet_NaN(), 1, -1, T(1e-30), 1000};
  for (int n = 0; n < 2000; ++n)
    numbers.push_back(T(0.37) * T(n - 1000) / T(n % 13 + 1));
  const Kokkos::View<T*, Space> target("test::target", numbers.size());

  assign(target, function(vector_of<T>(numbers)));

  const auto got = on_host(target);
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const T right = wanted(numbers[n]);
    if (std::isnan(right)) {
      EXPECT_TRUE(std::isnan(got[n])) << numbers[n];
    } else if (right == 0 || std::isinf(right)) {
      EXPECT_EQ(bits(got[n]), bits(right)) << numbers[n];
    } else {
      const T unit = std::nextafter(std::abs(right), infinity) - std::abs(right);
      EXPECT_LE(std::abs(got[n] - right), 5 * unit) << numbers[n];  // of which the single one may be off 1
    }
  }
}

template <class T, class Function, class Wanted>
void expect_function(const Function& function, const Wanted& wanted) {
  expect_close<T>(function, wanted);
  for (const int count : {1, 7, 512, 1100})
    expect_one_value<T>(function, T(0.7), count);
}

template <class T>
class VectorFunctions : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(VectorFunctions, Reals);

#define TARN_TEST(Name, spelled)                                                                     \
  TYPED_TEST(VectorFunctions, Name##HasOneValueWhateverThePlace) {                                   \
    expect_function<TypeParam>([](const auto& x) { return spelled(x); },                             \
                               [](TypeParam x) { return static_cast<TypeParam>(std::spelled(x)); }); \
  }
TARN_TEST(Exp, exp)
TARN_TEST(Expm1, expm1)
TARN_TEST(Log, log)
TARN_TEST(Log1p, log1p)
TARN_TEST(Log2, log2)
TARN_TEST(Log10, log10)
TARN_TEST(Sin, sin)
TARN_TEST(Cos, cos)
TARN_TEST(Tan, tan)
TARN_TEST(Asin, asin)
TARN_TEST(Acos, acos)
TARN_TEST(Atan, atan)
TARN_TEST(Sinh, sinh)
TARN_TEST(Cosh, cosh)
TARN_TEST(Tanh, tanh)
#undef TARN_TEST

}  // namespace
}  // namespace tarn::ops::test
