#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tarn/ops/random/random_fill.hpp"
#include "tarn/ops/reduce/sort.hpp"
#include "tarn/ops/reduce/sum_reproducibly.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops::test {
namespace {

constexpr std::int64_t count = 10007;

/// Terms over 40 powers of two, of both signs; this rank's part of them.
Kokkos::View<double*, Space> own_terms(int rank, int size) {
  const std::int64_t first = count * rank / size, last = count * (rank + 1) / size;
  const Kokkos::View<double*, Space> sign("test::sign", static_cast<std::size_t>(last - first));
  const Kokkos::View<double*, Space> terms("test::terms", static_cast<std::size_t>(last - first));
  random_uniform(Space(), sign, {.seed = 1, .offset = first, .low = -1, .high = 1});
  random_uniform(Space(), terms, {.seed = 2, .offset = first, .low = 0, .high = 40});
  assign(terms, sign * pow(2.0, floor(terms)));
  return terms;
}

TEST(ReproducibleSumOfArrays, HasTheSameBitsOnEveryNumberOfRanks) {
  const Communicator& ranks = tarn::test::runtime().communicator();
  const auto all = own_terms(0, 1), own = own_terms(ranks.rank(), ranks.size());

  EXPECT_EQ(sum(ranks, Space(), own, reproducible), sum(all, reproducible));
}

TEST(ReproducibleSumOfArrays, DoesNotDependOnLayoutOrOrder) {
  const auto terms = own_terms(0, 1);
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> table("test::table", 2, 10007);
  assign(table, row(terms));
  sort(Space(), terms);

  EXPECT_EQ(sum(table, reproducible), 2 * sum(terms, reproducible));
}

TEST(ReproducibleSumOfArrays, CarriesNanAndInfinity) {
  const Communicator& ranks = tarn::test::runtime().communicator();
  const double infinity = std::numeric_limits<double>::infinity();
  const Kokkos::View<double*, Space> own("test::own", 3);
  assign(own, ranks.is_root() ? infinity : 1.0);

  EXPECT_EQ(sum(ranks, Space(), own, reproducible), infinity);
  assign(own, own - own);
  EXPECT_TRUE(std::isnan(sum(ranks, Space(), own, reproducible)));
}

}  // namespace
}  // namespace tarn::ops::test
