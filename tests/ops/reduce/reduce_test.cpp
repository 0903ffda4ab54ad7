#include "tarn/ops/reduce/reduce.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

using ::testing::ElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Reduce, FusesTheExpression) {
  const auto a = counted<double>(3, 4);  // 0 to 11

  EXPECT_EQ(sum(a * a), 506);
  EXPECT_EQ(dot(a, a), 506);
  EXPECT_EQ(mean(a), 5.5);
  EXPECT_EQ(min(a - 3.0), -3);
  EXPECT_EQ(max(a), 11);
  EXPECT_EQ(norm1(a - 5.0), 36);
  EXPECT_EQ(norm_inf(a - 8.0), 8);
  EXPECT_EQ(norm2(where(a < 2.0, 0.5, 0.0) * 6.0), std::sqrt(18.0));
  EXPECT_EQ(prod(a + 1.0), 479001600);
  EXPECT_EQ(count_nonzero(a > 3.0), 8);
}

TEST(Reduce, TakesEveryLayout) {
  const auto left = counted<double, Kokkos::LayoutLeft>(3, 4);

  EXPECT_EQ(sum(left), 66);
  EXPECT_EQ(argmax(left), 11);
  EXPECT_EQ(argmin(abs(left - 6.0)), 6);
  EXPECT_EQ(sum(Kokkos::subview(left, 1, Kokkos::ALL)), 22);
}

TEST(Reduce, HasNumPysTypes) {
  const auto bytes = vector_of<std::uint8_t>({200, 100});
  const auto whole = vector_of<std::int32_t>({2147483647, 1});

  EXPECT_EQ(sum(bytes), 300);
  EXPECT_EQ(sum(whole), 2147483648);
  EXPECT_TRUE((std::is_same_v<decltype(sum(whole)), std::int64_t>));
  EXPECT_TRUE((std::is_same_v<decltype(mean(whole)), double>));
  EXPECT_TRUE((std::is_same_v<decltype(mean(vector_of<float>({1}))), float>));
  EXPECT_TRUE((std::is_same_v<decltype(dot(whole, whole)), std::int32_t>));
  EXPECT_TRUE((std::is_same_v<decltype(var(vector_of<Kokkos::complex<float>>({}))), float>));
}

TEST(Reduce, CarriesNanAndInfinity) {
  const auto a = vector_of<double>({1, nan, infinity, nan});

  EXPECT_TRUE(std::isnan(sum(a)));
  EXPECT_TRUE(std::isnan(min(a)));
  EXPECT_TRUE(std::isnan(max(a)));
  EXPECT_EQ(argmin(a), 1);
  EXPECT_EQ(argmax(a), 1);
  EXPECT_EQ(sum(where(isnan(a), 0.0, a)), infinity);
}

TEST(Reduce, FindsTheFirstOfEqualElements) {
  const auto a = vector_of<int>({3, 1, 7, 1, 7});

  EXPECT_EQ(argmin(a), 1);
  EXPECT_EQ(argmax(a), 2);
}

TEST(Reduce, AnswersForNoElementsWhereThereIsAnAnswer) {
  const Kokkos::View<double**, Space> none("test::none", 0, 3);

  EXPECT_EQ(sum(none), 0);
  EXPECT_EQ(prod(none), 1);
  EXPECT_TRUE(std::isnan(mean(none)));
  EXPECT_TRUE(std::isnan(var(none)));
  EXPECT_TRUE(all(none));
  EXPECT_FALSE(any(none));
  EXPECT_THROW(min(none), Error);
  EXPECT_THROW(argmax(none), Error);
}

TEST(Reduce, AddsFloatsThatAPlainSumWouldLose) {
  const auto one = vector_of<float>({1});

  EXPECT_EQ(sum(broadcast(one, 30000000)), 30000000.0f);
  const Kokkos::View<float*, Space> a("test::a", 1 + (1 << 20));
  assign(a, 1.0f);
  assign(Kokkos::subview(a, std::make_pair(0, 1)), 16777216.0f);
  EXPECT_EQ(sum(a), 16777216.0f + 1048576.0f);
}

TEST(Reduce, FindsTheVarianceBesideALargeMean) {
  const Kokkos::View<double*, Space> a("test::a", 10000);
  assign(a, 1e9 + cast<double>(iota(10000) % 2));

  EXPECT_NEAR(var(a), 0.25, 1e-12);
  EXPECT_NEAR(stddev(a), 0.5, 1e-12);
  EXPECT_NEAR(var(a, {.ddof = 1}), 2500.0 / 9999, 1e-12);
  EXPECT_EQ(var(vector_of<Kokkos::complex<double>>({{0, 1}, {0, -1}})), 1);
}

TEST(Reduce, SumsComplexNumbers) {
  const auto z = vector_of<Kokkos::complex<double>>({{1, 2}, {3, -5}});

  EXPECT_EQ(sum(z), Kokkos::complex<double>(4, -3));
  EXPECT_EQ(dot(z, z), Kokkos::complex<double>(-19, -26));
  EXPECT_EQ(norm2(z), std::sqrt(39.0));
}

template <class Layout>
void expect_axis_sums() {
  const auto a = counted<double, Layout>(3, 4);
  const Kokkos::View<double*, Space> columns("test::columns", 4), rows("test::rows", 3);
  const Kokkos::View<double**, Space> kept("test::kept", 3, 1);

  assign(columns, sum(a, axis<0>));
  assign(rows, mean(a * 2.0, axis<-1>));
  assign(kept, max(a, axis<1>, keepdims));

  EXPECT_THAT(on_host(columns), ElementsAre(12, 15, 18, 21));
  EXPECT_THAT(on_host(rows), ElementsAre(3, 11, 19));
  EXPECT_THAT(on_host(kept), ElementsAre(3, 7, 11));
}

TEST(ReduceAlongAxes, SumsRowsAndColumns) {
  expect_axis_sums<Kokkos::LayoutRight>();
  expect_axis_sums<Kokkos::LayoutLeft>();
}

TEST(ReduceAlongAxes, TakesSeveralAxes) {
  const Kokkos::View<double***, Space> a("test::a", 2, 3, 4);
  assign(a, broadcast(column(iota(3)) * 10.0 + iota(4), 2, 3, 4));
  const Kokkos::View<double*, Space> middle("test::middle", 3);
  const Kokkos::View<double, Space> whole("test::whole");

  assign(middle, sum(a, axis<0, 2>));
  assign(whole, sum(a, axis<0, 1, 2>));

  EXPECT_THAT(on_host(middle), ElementsAre(12, 92, 172));
  EXPECT_EQ(sum(whole), 276);
}

TEST(ReduceAlongAxes, FindsPlacesAlongTheAxis) {
  const auto a = counted<double>(3, 4);
  const Kokkos::View<std::int64_t*, Space> columns("test::columns", 4), rows("test::rows", 3);

  assign(columns, argmin(abs(a - 5.0), axis<0>));
  assign(rows, argmax(a % 3.0, axis<1>));

  EXPECT_THAT(on_host(columns), ElementsAre(1, 1, 1, 0));
  EXPECT_THAT(on_host(rows), ElementsAre(2, 1, 0));
}

TEST(ReduceAlongAxes, TakesEveryShapeOfTheSameSize) {
  for (std::int64_t rows = 1; rows <= 1 << 14; rows *= 4) {
    const std::int64_t columns = (1 << 14) / rows;
    const auto a = counted<double>(rows, columns);
    const Kokkos::View<double*, Space> along("test::along", static_cast<std::size_t>(columns));
    const Kokkos::View<double*, Space> across("test::across", static_cast<std::size_t>(rows));

    assign(along, sum(a, axis<0>));
    assign(across, var(a, axis<1>));

    const double last =
        static_cast<double>(rows * (columns - 1)) + static_cast<double>(columns * rows * (rows - 1) / 2);
    EXPECT_EQ(on_host(along).back(), last) << rows;
    EXPECT_NEAR(on_host(across).back(), static_cast<double>(columns * columns - 1) / 12, 1e-6) << rows;
  }
}

TEST(ReduceAlongAxes, AnswersForAnEmptyAxis) {
  const Kokkos::View<double**, Space> none("test::none", 0, 2);
  const auto target = vector_of<double>({5, 5});

  EXPECT_THROW(assign(target, min(none, axis<0>)), Error);
  EXPECT_THAT(on_host(target), ElementsAre(5, 5));
  assign(target, sum(none, axis<0>));
  EXPECT_THAT(on_host(target), ElementsAre(0, 0));
}

TEST(ReduceAlongAxes, RefusesWrongTargets) {
  const auto a = counted<double>(3, 4);
  const Kokkos::View<double*, Space> three("test::three", 3);

  EXPECT_THROW(assign(three, sum(a, axis<0>)), ShapeMismatch);
  EXPECT_THROW(assign(Kokkos::subview(a, Kokkos::ALL, 1), sum(a, axis<1>)), Error);
}

}  // namespace
}  // namespace tarn::ops::test
