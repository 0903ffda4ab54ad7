#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/reduce/scan.hpp"
#include "tarn/ops/reduce/sort.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

using ::testing::ElementsAre;

TEST(Scan, AddsUpAlongEitherAxis) {
  const auto a = counted<double, Kokkos::LayoutLeft>(2, 3);
  const Kokkos::View<double**, Space> down("test::down", 2, 3), along("test::along", 2, 3);

  cumsum(down, a, axis<0>);
  cumsum(along, a, axis<1>);

  EXPECT_THAT(on_host(down), ElementsAre(0, 1, 2, 3, 5, 7));
  EXPECT_THAT(on_host(along), ElementsAre(0, 1, 3, 3, 7, 12));
}

TEST(Scan, MultipliesInPlace) {
  const auto a = vector_of<std::int64_t>({1, 2, 3, 4});

  cumprod(a, a, axis<0>);

  EXPECT_THAT(on_host(a), ElementsAre(1, 2, 6, 24));
}

TEST(Scan, RefusesAnotherShape) {
  const auto a = vector_of<double>({1, 2}), b = vector_of<double>({1, 2, 3});

  EXPECT_THROW(cumsum(a, b, axis<0>), ShapeMismatch);
}

TEST(Sort, PutsNanLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto a = vector_of<double>({3, nan, -1, infinity, -infinity, nan, 2});

  sort(Space(), a);

  const auto sorted = on_host(a);
  EXPECT_EQ(std::vector<double>(sorted.begin(), sorted.begin() + 5),
            (std::vector<double>{-infinity, -1, 2, 3, infinity}));
  EXPECT_TRUE(std::isnan(sorted[5]) && std::isnan(sorted[6]));
}

TEST(Sort, SortsEveryRowOfAnyLayout) {
  const Kokkos::View<int**, Kokkos::LayoutLeft, Space> a("test::a", 2, 4);
  assign(a, cast<int>((column(iota(2)) * 3 + iota(4) * 7) % 5));

  sort(Space(), a);

  EXPECT_THAT(on_host(a), ElementsAre(0, 1, 2, 4, 0, 2, 3, 4));
}

TEST(Argsort, KeepsTheOrderOfEqualElements) {
  const auto a = vector_of<int>({2, 1, 2, 1, 0, 2});
  const Kokkos::View<std::int64_t*, Space> places("test::places", 6);

  argsort(Space(), places, a);

  EXPECT_THAT(on_host(places), ElementsAre(4, 1, 3, 0, 2, 5));
  EXPECT_THAT(on_host(a), ElementsAre(2, 1, 2, 1, 0, 2));
}

}  // namespace
}  // namespace tarn::ops::test
