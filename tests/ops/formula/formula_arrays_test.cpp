#include "tarn/ops/formula/formula_arrays.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/random/philox.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

using ::testing::ElementsAre;

TEST(FormulaOverArrays, BroadcastsArraysOfDifferentTypes) {
  const auto gram = counted<int>(2, 3);
  const auto weight = vector_of<float>({1, 2, 4});
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> target("test::target", 2, 3);
  const Formula formula("sqrt(gram * gram) + weight / 2", {{"weight", "gram", "unused"}, {}, false, {}});

  assign(target, formula, {{"gram", gram}, {"weight", weight}});

  EXPECT_THAT(on_host(target), ElementsAre(0.5, 2, 4, 3.5, 5, 7));
}

/// Checks a formula of a and b at many elements, where b may be strided, against one element at a time.
void expect_one_by_one(const std::string& text, bool is_strided, int count) {
  SCOPED_TRACE(text);
  std::vector<double> of_a(count), of_b(count);
  for (int n = 0; n < count; ++n) {
    of_a[n] = (n < 300 ? 0.5 : 1.0) * (n % 37 - 18);  // zeros, and both signs in every block
    of_b[n] = n < 600 ? n % 11 - 5 : 7.25;
  }
  of_b[4] = std::numeric_limits<double>::quiet_NaN();
  const auto a = vector_of<double>(of_a);
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> wide("test::wide", 2, count);
  const auto strided = Kokkos::subview(wide, 1, Kokkos::ALL);
  assign(strided, vector_of<double>(of_b));
  const Kokkos::View<double*, Space> target("test::target", count);
  const Formula formula(text, {{"a", "b"}, {}, true, {}});

  if (is_strided) {
    assign(target, formula, {{"a", a}, {"b", strided}}, {.seed = 0, .stream = 0, .offset = 0});
  } else {
    assign(target, formula, {{"a", a}, {"b", vector_of<double>(of_b)}}, {.seed = 0, .stream = 0, .offset = 0});
  }

  const auto got = on_host(target);
  for (int n = 0; n < count; ++n) {
    const double variables[] = {of_a[n], of_b[n]};
    const double wanted = formula.evaluate(variables);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(got[n]), std::bit_cast<std::uint64_t>(wanted)) << "element " << n;
  }
}

TEST(FormulaOverArrays, GivesTheBitsOfOneElementAtATime) {
  std::string chain = "0", nest = "a";
  for (int n = 0; n < 40; ++n)
    chain = fmt::format("a == {} ? b + {} : ({})", n - 18, n, chain);
  for (int n = 0; n < 20; ++n)
    nest = fmt::format("(b > {} ? {} : a * {})", 4 - n, nest, n);
  for (const auto& text :
       {std::string("a"), std::string("3"), std::string("a * b + 2 * a - b / a"), std::string("b / a > 1 ? sin(a) : b"),
        std::string("a > 0 ? (b > 0 ? a^3 : -b) : (b < 2 ? mod(a, b) : exp(a))"), std::string("b > 7 ? a : b - a"),
        std::string("(a > 0 ? 1 : 2) * (b > 0 ? 3 : b) - a"), std::string("max(a, b, 2) + min(a, 1) + (!a || b)"),
        chain, nest}) {
    expect_one_by_one(text, true, 1000);  // some blocks and a part of one
    expect_one_by_one(text, false, 70001);
  }
}

/// Contiguous arrays of T and double, one number of T, and a target of Real.
template <class T, class Real>
void expect_alone(const Formula& formula, std::size_t count) {
  SCOPED_TRACE(fmt::format("{}, {} elements, {} and {} bytes", formula.text(), count, sizeof(T), sizeof(Real)));
  std::vector<T> of_a(count);
  std::vector<double> of_b(count);
  for (std::size_t n = 0; n < count; ++n) {
    of_a[n] = static_cast<T>(n % 7);
    of_b[n] = n % 13 == 5 ? std::numeric_limits<double>::quiet_NaN() : 0.75 * static_cast<double>(n % 11) - 4;
  }
  const std::vector<T> of_c{static_cast<T>(1)};
  const Kokkos::View<Real*, Space> target("test::target", count);
  // vector_of() cannot hold std::vector<bool>.
  const Kokkos::View<T*, Space> a("test::a", count), c("test::c", 1);
  const auto host_a = Kokkos::create_mirror_view(a), host_c = Kokkos::create_mirror_view(c);
  std::copy(of_a.begin(), of_a.end(), host_a.data());
  host_c(0) = of_c[0];
  Kokkos::deep_copy(a, host_a);
  Kokkos::deep_copy(c, host_c);

  assign(target, formula, {{"a", a}, {"b", vector_of(of_b)}, {"c", c}});

  const auto got = on_host(target);
  for (std::size_t n = 0; n < count; ++n) {
    const double variables[] = {static_cast<double>(of_a[n]), of_b[n], static_cast<double>(of_c[0])};
    using Bits = std::conditional_t<std::is_same_v<Real, float>, std::uint32_t, std::uint64_t>;
    const Real wanted = static_cast<Real>(formula.evaluate(variables));
    ASSERT_EQ(std::bit_cast<Bits>(got[n]), std::bit_cast<Bits>(wanted)) << "element " << n << ": " << got[n];
  }
}

TEST(FormulaOverArrays, ReadsContiguousArraysOfEveryTypeAndLength) {
  for (const char* text :
       {"a*b + c", "-a^2 + b^3 - c^4 + 1/a - sqrt(abs(b)) + floor(b) + ceil(b/3) + sign(b) + !a",
        "min(a, b, c) + max(a, -b) * (a < b) - (a <= c) + (b > c) * (a >= 0) + (a == c) - (a != b) + (a && b || c)",
        "a > c && b > 0 ? (b > 2 ? a : -b) : (c < 0 || a > b ? 1/b : 2)", "c + 0.1", "b"}) {
    const Formula formula(text, {{"a", "b", "c"}, {}, false, {}});
    for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 9u, 515u, 65535u, 65536u, 65541u}) {
      expect_alone<bool, double>(formula, count);
      expect_alone<std::uint8_t, double>(formula, count);
      expect_alone<std::int32_t, double>(formula, count);
      expect_alone<std::int64_t, float>(formula, count);
      expect_alone<float, float>(formula, count);
      expect_alone<double, double>(formula, count);
      expect_alone<double, float>(formula, count);
    }
  }
}

TEST(FormulaOverArrays, ReadsArraysThatBeginAnywhere) {
  const auto a = vector_of<double>({1, 2, 3, 4, 5, 6, 7, 8});
  const auto target = vector_of<double>({0, 0, 0, 0, 0, 0, 0, 0});

  assign(Kokkos::subview(target, std::pair(1, 7)), Formula("a * 10", {{"a"}, {}, false, {}}),
         {{"a", Kokkos::subview(a, std::pair(2, 8))}});

  EXPECT_THAT(on_host(target), ElementsAre(0, 30, 40, 50, 60, 70, 80, 0));
}

TEST(FormulaOverArrays, GivesTheSameNotANumberInEveryKindOfFloatTarget) {
  const Kokkos::View<float**, Kokkos::LayoutLeft, Space> wide("test::wide", 2, 5);
  const auto strided = Kokkos::subview(wide, 1, Kokkos::ALL);
  const auto whole = vector_of<float>({0, 0, 0, 0, 0});
  const Kokkos::View<float*, Space> large("test::large", 70005);
  const Kokkos::View<double*, Space> many("test::many", 70005);
  const auto a = vector_of<double>({0, -1, 2, 0, 0});
  const Formula formula("sqrt(a)/a", {{"a"}, {}, false, {}});

  assign(strided, formula, {{"a", a}});
  assign(whole, formula, {{"a", a}});
  assign(large, formula, {{"a", many}});

  const float nothing = std::numeric_limits<float>::quiet_NaN();
  for (const auto& got : {on_host(strided), on_host(whole), on_host(large)}) {
    for (const std::size_t n : {0u, 1u, 3u, 4u})
      EXPECT_EQ(std::bit_cast<std::uint32_t>(got[n]), std::bit_cast<std::uint32_t>(nothing)) << n;
  }
}

TEST(FormulaOverArrays, UpdatesInPlace) {
  for (const int columns : {2, 70001}) {
    const auto a = counted<float>(2, columns);

    assign(a, Formula("a * 2", {{"a"}, {}, false, {}}), {{"a", a}});

    const auto got = on_host(a);
    for (int n = 0; n < 2 * columns; ++n)
      ASSERT_EQ(got[static_cast<std::size_t>(n)], 2 * n);
  }
}

TEST(FormulaOverArrays, CountsRandomNumbersInCOrder) {
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> target("test::target", 2, 2);

  assign(target, Formula("random", {{}, {}, true, {}}), {}, {.seed = 5, .stream = 6, .offset = 10});

  EXPECT_THAT(on_host(target), ElementsAre(uniform(5, 6, 10), uniform(5, 6, 11), uniform(5, 6, 12), uniform(5, 6, 13)));
}

TEST(FormulaOverArrays, CountsRandomNumbersAcrossRowsAndBlocks) {
  const int rows = 3, columns = 700;
  const Kokkos::View<double**, Kokkos::LayoutRight, Space> target("test::target", rows, columns + 5);
  const auto block = Kokkos::subview(target, Kokkos::ALL, std::pair(2, 2 + columns));

  assign(block, Formula("random", {{}, {}, true, {}}), {}, {.seed = 5, .stream = 6, .offset = 10});

  const auto got = on_host(target);
  for (int n = 0; n < rows * columns; ++n)
    ASSERT_EQ(got[n / columns * (columns + 5) + 2 + n % columns], uniform(5, 6, 10 + n)) << n;
}

TEST(FormulaOverArrays, RefusesMissingNamesAndWrongShapes) {
  const auto a = vector_of<double>({1, 2}), b = vector_of<double>({1, 2, 3});
  const Formula formula("a + b", {{"a", "b"}, {}, false, {}});

  EXPECT_THROW(assign(a, formula, {{"a", a}}), Error);
  EXPECT_THROW(assign(a, formula, {{"a", a}, {"b", b}}), ShapeMismatch);
  EXPECT_THROW(assign(a, formula, {{"a", a}, {"a", a}, {"b", a}}), Error);
  EXPECT_THAT(on_host(a), ElementsAre(1, 2));
}

}  // namespace
}  // namespace tarn::ops::test
