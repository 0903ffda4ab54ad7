// Sums lose nothing where large elements cancel, in whatever way the elements are added up.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/ops/expression/operators.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/ops/reduce/scan.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

using ::testing::Each;

/// Element number n of a line whose sum is `length` - 2: 2^60, which swallows a double's ones, and its negative at the
/// places 0 and `down`, ones elsewhere.
template <class Place>
auto swallowing(const Place& place, std::int64_t down) {
  return where(place == 0, 0x1p60, where(place == down, -0x1p60, 1.0));
}

template <class T, class Layout = Kokkos::LayoutRight>
Kokkos::View<T**, Layout, Space> down_the_columns(std::int64_t rows, std::int64_t columns, std::int64_t down) {
  const Kokkos::View<T**, Layout, Space> a("test::a", static_cast<std::size_t>(rows),
                                           static_cast<std::size_t>(columns));
  assign(a, cast<T>(swallowing(broadcast(column(iota(rows)), rows, columns), down)));
  return a;
}

template <class T, class Layout = Kokkos::LayoutRight>
Kokkos::View<T**, Layout, Space> along_the_rows(std::int64_t rows, std::int64_t columns, std::int64_t down) {
  const Kokkos::View<T**, Layout, Space> a("test::a", static_cast<std::size_t>(rows),
                                           static_cast<std::size_t>(columns));
  assign(a, cast<T>(swallowing(broadcast(row(iota(columns)), rows, columns), down)));
  return a;
}

template <class T, class Reduction>
std::vector<T> stored(const Reduction& reduction) {
  const Kokkos::View<T*, Space> result("test::result", static_cast<std::size_t>(reduction.extent(0)));
  assign(result, reduction);
  return on_host(result);
}

template <class T>
class CompensatedSums : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(CompensatedSums, Types);

TYPED_TEST(CompensatedSums, AreExactForTheExampleOfTheManual) {
  const auto a = vector_of<TypeParam>({TypeParam(0x1p60), 1, TypeParam(-0x1p60)});
  const Kokkos::View<TypeParam**, Space> column_of("test::column", 3, 1), row_of("test::row", 1, 3);
  assign(Kokkos::subview(column_of, Kokkos::ALL, 0), a);
  assign(Kokkos::subview(row_of, 0, Kokkos::ALL), a);

  EXPECT_EQ(sum(a), 1);
  EXPECT_THAT(stored<TypeParam>(sum(column_of, axis<0>)), Each(1));
  EXPECT_THAT(stored<TypeParam>(sum(row_of, axis<1>)), Each(1));
}

TYPED_TEST(CompensatedSums, AreExactDownColumnsOfEveryShape) {
  using T = TypeParam;
  for (const std::int64_t columns : {1, 3, 40, 511, 513, 2100}) {
    for (const std::int64_t rows : {3, 7, 200, 700}) {
      for (const std::int64_t down : {rows - 1, rows / 2}) {
        const auto a = down_the_columns<T>(rows, columns, down);
        const auto left = down_the_columns<T, Kokkos::LayoutLeft>(rows, columns, down);
        const auto wanted = static_cast<T>(rows - 2);

        EXPECT_THAT(stored<T>(sum(a, axis<0>)), Each(wanted)) << rows << " rows, " << columns << " columns";
        EXPECT_THAT(stored<T>(sum(left, axis<0>)), Each(wanted)) << rows << " rows, " << columns << " columns";
        EXPECT_EQ(sum(a), static_cast<T>((rows - 2) * columns)) << rows << " rows, " << columns << " columns";
      }
    }
  }
}

TYPED_TEST(CompensatedSums, AreExactAlongRowsOfEveryLength) {
  using T = TypeParam;
  for (const std::int64_t columns : {3, 9, 33, 300, 5000, 70000}) {
    for (const std::int64_t down : {columns - 1, columns / 2, columns / 16 * 16}) {
      if (down == 0 || down >= columns) continue;
      const auto a = along_the_rows<T>(3, columns, down);
      const auto every_other =
          Kokkos::subview(along_the_rows<T, Kokkos::LayoutLeft>(6, columns, down), std::make_pair(1, 4), Kokkos::ALL);
      const auto wanted = static_cast<T>(columns - 2);

      EXPECT_THAT(stored<T>(sum(a, axis<1>)), Each(wanted)) << columns << " columns, down at " << down;
      EXPECT_THAT(stored<T>(sum(every_other, axis<1>)), Each(wanted)) << columns << " columns, down at " << down;
      EXPECT_EQ(sum(Kokkos::subview(a, 1, Kokkos::ALL)), wanted) << columns << " columns, down at " << down;
    }
  }
}

TYPED_TEST(CompensatedSums, AreThoseOfEveryReductionThatAddsUp) {
  using T = TypeParam;
  const auto a = along_the_rows<T>(2, 66, 64);
  const auto one = broadcast(vector_of<T>({1}), 2, 66);

  EXPECT_THAT(stored<T>(mean(a, axis<1>)), Each(static_cast<T>(64.0 / 66)));
  EXPECT_EQ(mean(a), static_cast<T>(64.0 / 66));
  EXPECT_EQ(dot(a, one), 128);
  EXPECT_EQ(sum(a * one + 0.0), 128);
}

TEST(CompensatedSum, AreThoseOfComplexNumbersPartByPart) {
  using Complex = Kokkos::complex<double>;
  for (const std::int64_t columns : {3, 9, 300, 5000}) {
    const auto real_part = along_the_rows<double>(3, columns, columns / 2);
    const Kokkos::View<Complex**, Space> z("test::z", 3, static_cast<std::size_t>(columns));
    assign(z, real_part * Complex(1, 0) - real_part * Complex(0, 2));
    const Complex wanted(static_cast<double>(columns - 2), -2.0 * static_cast<double>(columns - 2));
    const Kokkos::View<Complex**, Space> turned("test::turned", static_cast<std::size_t>(columns), 3);
    for (std::size_t n = 0; n < 3; ++n)
      assign(Kokkos::subview(turned, Kokkos::ALL, n), Kokkos::subview(z, n, Kokkos::ALL));

    EXPECT_THAT(stored<Complex>(sum(z, axis<1>)), Each(wanted)) << columns;
    EXPECT_THAT(stored<Complex>(sum(turned, axis<0>)), Each(wanted)) << columns;
    EXPECT_EQ(sum(z), Complex(3 * wanted.real(), 3 * wanted.imag())) << columns;
  }
}

TEST(CompensatedSum, AreThoseOfRunningSums) {
  const auto a = along_the_rows<double>(2, 300, 200);
  const Kokkos::View<double**, Space> along("test::along", 2, 300);
  const auto b = down_the_columns<float>(300, 2, 299);
  const Kokkos::View<double**, Space> down("test::down", 300, 2);

  cumsum(along, a, axis<1>);
  cumsum(down, b, axis<0>);

  EXPECT_EQ(on_host(along)[199], 0x1p60 + 199);  // rounded once
  EXPECT_EQ(on_host(along)[200], 199);
  EXPECT_EQ(on_host(along)[299], 298);
  EXPECT_EQ(on_host(down)[598], 298);
}

TEST(CompensatedSum, ArePlainWhereTheyOverflow) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto a = vector_of<double>({1e308, 1e308}), b = vector_of<double>({infinity, 1, 2});

  EXPECT_EQ(sum(a), infinity);
  EXPECT_EQ(sum(b), infinity);
  EXPECT_TRUE(std::isnan(sum(vector_of<double>({infinity, -infinity}))));
}

}  // namespace
}  // namespace tarn::ops::test
