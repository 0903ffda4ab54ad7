#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/ops/random/random_fill.hpp"
#include "tarn/ops/reduce/sort.hpp"
#include "tarn/ops/reduce/sum_reproducibly.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops::test {
namespace {

constexpr std::int64_t count = 10007;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

/// Terms of both signs, most of them within 2^-90 to 1 and some far below; a rank's part of them. Made by products
/// alone, which have the same bits everywhere.
template <class T>
Kokkos::View<T*, Space> own_terms(int rank, int size) {
  const std::int64_t first = count * rank / size, last = count * (rank + 1) / size;
  const Kokkos::View<T*, Space> sign("test::sign", static_cast<std::size_t>(last - first));
  const Kokkos::View<T*, Space> terms("test::terms", static_cast<std::size_t>(last - first));
  random_uniform(Space(), sign, {.seed = 1, .offset = first, .low = -1, .high = 1});
  random_uniform(Space(), terms, {.seed = 2, .offset = first});
  for (int doubling = 0; doubling < 5; ++doubling)
    assign(terms, terms * terms);
  assign(terms, sign * terms);
  return terms;
}

std::string hex(double value) {
  return fmt::format("{:a}", value);
}

template <class T>
class ReproducibleSumOfArrays : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(ReproducibleSumOfArrays, Reals);

TYPED_TEST(ReproducibleSumOfArrays, HasTheSameBitsOnEveryNumberOfRanks) {
  const auto all = own_terms<TypeParam>(0, 1), own = own_terms<TypeParam>(ranks().rank(), ranks().size());

  EXPECT_EQ(sum(ranks(), Space(), own, reproducible), sum(all, reproducible));
}

TYPED_TEST(ReproducibleSumOfArrays, HasTheBitsThatItHasOnEveryDevice) {
  const bool single = sizeof(TypeParam) == 4;
  const auto own = own_terms<TypeParam>(ranks().rank(), ranks().size());

  EXPECT_EQ(hex(sum(ranks(), Space(), own, reproducible)), single ? "0x1.044926p+2" : "0x1.0449a36c5f42cp+2");
  EXPECT_EQ(hex(sum(ranks(), Space(), own * own, reproducible)), single ? "0x1.845472p+5" : "0x1.8454a57b56daep+5");
  EXPECT_EQ(hex(sum(ranks(), Space(), own * 0x1p90, reproducible)),
            single ? "0x1.044926p+92" : "0x1.0449a36c5f42cp+92");
}

TYPED_TEST(ReproducibleSumOfArrays, DoesNotDependOnLayoutOrOrder) {
  const auto terms = own_terms<TypeParam>(0, 1);
  const Kokkos::View<TypeParam**, Kokkos::LayoutLeft, Space> table("test::table", 2, 10007);
  assign(table, row(terms));
  sort(Space(), terms);

  EXPECT_EQ(sum(table, reproducible), 2 * sum(terms, reproducible));
}

TYPED_TEST(ReproducibleSumOfArrays, IsRightForEveryNumberOfElements) {
  const Kokkos::View<TypeParam*, Space> numbers("test::numbers", 600);
  assign(numbers, cast<TypeParam>(iota(600)));

  for (int elements = 0; elements <= 600; ++elements) {
    const auto part = Kokkos::subview(numbers, std::pair(600 - elements, 600));
    EXPECT_EQ(sum(part, reproducible), static_cast<TypeParam>(elements * (1199 - elements) / 2)) << elements;
  }
}

TYPED_TEST(ReproducibleSumOfArrays, TakesOneLargeElementAmongSmallOnes) {
  const Kokkos::View<TypeParam*, Space> terms("test::terms", 5000);
  for (const int place : {0, 511, 512, 2000, 4999}) {
    assign(terms, cast<TypeParam>(where(iota(5000) == place, 0x1p60, 0x1p-10)));

    EXPECT_EQ(sum(terms, reproducible), static_cast<TypeParam>(0x1p60 + 4999 * 0x1p-10)) << place;
    assign(terms, where(iota(5000) == (place + 700) % 5000, TypeParam(-0x1p60), terms));
    EXPECT_EQ(sum(terms, reproducible), static_cast<TypeParam>(4998 * 0x1p-10)) << place;
  }
}

TYPED_TEST(ReproducibleSumOfArrays, CarriesNanAndInfinity) {
  const TypeParam infinity = std::numeric_limits<TypeParam>::infinity();
  const Kokkos::View<TypeParam*, Space> own("test::own", 3);
  assign(own, ranks().is_root() ? infinity : TypeParam(1));

  EXPECT_EQ(sum(ranks(), Space(), own, reproducible), infinity);
  assign(own, -own);
  EXPECT_EQ(sum(ranks(), Space(), own, reproducible), -infinity);
  assign(own, own - own);
  EXPECT_TRUE(std::isnan(sum(ranks(), Space(), own, reproducible)));
}

TYPED_TEST(ReproducibleSumOfArrays, TakesRanksWithoutElements) {
  const Kokkos::View<TypeParam*, Space> own("test::own", ranks().is_root() ? 3 : 0);
  assign(own, TypeParam(0.1));
  const Kokkos::View<TypeParam*, Space> none("test::none", 0);

  EXPECT_EQ(sum(ranks(), Space(), own, reproducible), static_cast<TypeParam>(3.0L * TypeParam(0.1)));
  EXPECT_EQ(sum(ranks(), Space(), none, reproducible), 0);
}

}  // namespace
}  // namespace tarn::ops::test
