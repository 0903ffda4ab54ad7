#include "tarn/ops/random/random_fill.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/random/philox.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

TEST(RandomFill, NumbersElementsInCOrderWhateverTheLayout) {
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> left("test::left", 3, 5);
  const Kokkos::View<double*, Space> part("test::part", 4);

  random_uniform(Space(), left, {.seed = 42, .stream = 7});
  random_uniform(Space(), part, {.seed = 42, .stream = 7, .offset = 6});

  const auto whole = on_host(left), some = on_host(part);
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_EQ(whole[n], uniform(42, 7, n));
  EXPECT_TRUE(std::equal(some.begin(), some.end(), whole.begin() + 6));
}

TEST(RandomFill, HasTheMomentsOfItsDistribution) {
  const Kokkos::View<double*, Space> a("test::a", 200000);
  const Kokkos::View<float*, Space> f("test::f", 200000);
  const Kokkos::View<int*, Space> n("test::n", 200000);

  random_normal(Space(), a, {.seed = 1, .mean = 3, .stddev = 2});
  random_uniform(Space(), f, {.seed = 2, .low = -1, .high = 1});
  random_integers(Space(), n, {.seed = 3, .low = -2, .high = 3});

  // Five standard errors of each estimate.
  EXPECT_NEAR(mean(a), 3, 0.023);
  EXPECT_NEAR(stddev(a), 2, 0.016);
  EXPECT_NEAR(mean(f), 0, 0.0065);
  EXPECT_NEAR(var(f), 1.0f / 3, 0.004);
  EXPECT_LT(max(f), 1);
  EXPECT_GE(min(f), -1);
  EXPECT_NEAR(mean(n), 0, 0.016);
  EXPECT_EQ(min(n), -2);
  EXPECT_EQ(max(n), 2);
}

TEST(RandomFill, RefusesWhatCannotBe) {
  const Kokkos::View<std::uint8_t*, Space> bytes("test::bytes", 2);
  const Kokkos::View<double*, Space> a("test::a", 2);

  EXPECT_THROW(random_integers(Space(), bytes, {.low = 0, .high = 257}), Error);
  EXPECT_THROW(random_uniform(Space(), a, {.low = 2, .high = 1}), Error);
}

}  // namespace
}  // namespace tarn::ops::test
