#include "tarn/ops/expression/assign.hpp"

#include <limits>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"
#include "tarn/tests/support/message_of.hpp"

namespace tarn::ops::test {
namespace {

using tarn::test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Assign, RepeatsARowAndAColumn) {
  const auto a = counted<double>(2, 3);
  const auto r = vector_of<double>({10, 20, 30}), c = vector_of<double>({100, 200});

  assign(a, a + row(r) + column(c));

  EXPECT_THAT(on_host(a), ElementsAre(110, 121, 132, 213, 224, 235));
}

TEST(Assign, ExtendsLowerRanksOnTheLeft) {
  const Kokkos::View<double**, Space> a("test::a", 2, 3);
  const auto r = vector_of<double>({1, 2, 3});

  assign(a, r * 2.0);

  EXPECT_THAT(on_host(a), ElementsAre(2, 4, 6, 2, 4, 6));
}

TEST(Assign, MixesLayoutsAndSubviews) {
  const auto right = counted<double>(4, 5);
  const auto left = counted<double, Kokkos::LayoutLeft>(4, 5);
  const auto part = Kokkos::subview(right, std::make_pair(1, 3), std::make_pair(2, 5));
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> sum("test::sum", 2, 3);

  assign(sum, part + Kokkos::subview(left, std::make_pair(2, 4), std::make_pair(0, 3)));

  EXPECT_THAT(on_host(sum), ElementsAre(17, 19, 21, 27, 29, 31));
}

TEST(Assign, WritesOnlyTheElementsOfASubview) {
  const auto a = counted<int>(3, 3);

  assign(Kokkos::subview(a, Kokkos::ALL, 1), -1);

  EXPECT_THAT(on_host(a), ElementsAre(0, -1, 2, 3, -1, 5, 6, -1, 8));
}

TEST(Assign, ReachesEveryRank) {
  const Kokkos::View<double, Space> none("test::none");
  const Kokkos::View<double****, Space> four("test::four", 2, 1, 3, 2);
  assign(none, 2.5);

  assign(four, broadcast(none * iota<double>(2), 2, 1, 3, 2));

  const Kokkos::View<double*, Space> flat("test::flat", 2);
  assign(flat, Kokkos::subview(four, 1, 0, 2, Kokkos::ALL));
  EXPECT_THAT(on_host(flat), ElementsAre(0, 2.5));
}

TEST(Assign, KeepsAnEmptyArrayEmpty) {
  const Kokkos::View<double**, Space> a("test::a", 0, 3);

  EXPECT_NO_THROW(assign(a, a * 2.0 + row(vector_of<double>({1, 2, 3}))));
}

TEST(Assign, UpdatesInPlace) {
  const auto a = counted<double>(2, 2);

  assign(a, where(a > 0.5, a * a, 7.0));

  EXPECT_THAT(on_host(a), ElementsAre(7, 1, 4, 9));
}

TEST(Assign, ComparesViewsByElement) {
  const auto a = vector_of<int>({1, 2, 3}), b = vector_of<int>({1, 0, 3});
  const Kokkos::View<bool*, Space> equal("test::equal", 3);

  assign(equal, a == b);

  EXPECT_THAT(on_host(equal), ElementsAre(true, false, true));
}

TEST(Assign, DividesIntegersAsPythonDoes) {
  const auto a = vector_of<int>({7, -7, 7, -7, 5, std::numeric_limits<int>::min()});
  const auto b = vector_of<int>({2, 2, -2, -2, 0, -1});
  const Kokkos::View<int*, Space> quotient("test::quotient", 6), rest("test::rest", 6);

  assign(quotient, floor_divide(a, b));
  assign(rest, a % b);

  EXPECT_THAT(on_host(quotient), ElementsAre(3, -4, -4, 3, 0, std::numeric_limits<int>::min()));
  EXPECT_THAT(on_host(rest), ElementsAre(1, 1, -1, -1, 0, 0));
}

TEST(Assign, CastsWhereItIsTold) {
  const auto a = vector_of<double>({1.9, -1.9, 300});
  const Kokkos::View<int*, Space> whole("test::whole", 3);

  assign(whole, cast<int>(a));

  EXPECT_THAT(on_host(whole), ElementsAre(1, -1, 300));
}

TEST(Assign, FollowsLongRowsThroughItsPieces) {
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> left("test::left", 3, 1700);
  const Kokkos::View<double**, Kokkos::LayoutRight, Space> right("test::right", 3, 1700);
  assign(left, column(iota(3)) * 10000.0 + iota(1700));

  assign(right, left + column(iota(3)));

  EXPECT_EQ(on_host(right)[1700 * 2 + 1699], 21701);
  EXPECT_EQ(on_host(right)[1700 + 513], 10514);
}

TEST(Assign, FollowsLargeArraysPastTheCaches) {
  const Kokkos::View<double**, Kokkos::LayoutRight, Space> a("test::a", 700, 1001);

  assign(a, column(iota(700)) * 1001.0 + iota(1001));

  const auto values = on_host(a);
  for (std::size_t n = 0; n < values.size(); ++n)
    ASSERT_EQ(values[n], static_cast<double>(n));
}

TEST(AssignErrors, NameBothShapesAndTheAxis) {
  const Kokkos::View<double**, Space> a("test::a", 3, 4), b("test::b", 5, 4);

  EXPECT_THAT(message_of<ShapeMismatch>([&] { a + b; }), HasSubstr("add: shapes (3, 4) and (5, 4)"));
  EXPECT_THAT(message_of<ShapeMismatch>([&] { a + b; }), HasSubstr("axis 0 has 3 and 5"));
  EXPECT_THAT(message_of<ShapeMismatch>([&] { assign(a, b); }), HasSubstr("(5, 4)"));
}

TEST(AssignErrors, LeaveTheTargetUnchanged) {
  const auto a = counted<double>(2, 2);
  const auto b = counted<double>(3, 2);

  EXPECT_THROW(assign(a, b * 2.0), ShapeMismatch);
  EXPECT_THROW(assign(a, row(Kokkos::subview(a, 0, Kokkos::ALL)) + a), Error);

  EXPECT_THAT(on_host(a), ElementsAre(0, 1, 2, 3));
}

TEST(AssignErrors, RefuseAnOverlapThatChangesTheResult) {
  const auto a = vector_of<double>({1, 2, 3, 4});
  const auto head = Kokkos::subview(a, std::make_pair(0, 3)), tail = Kokkos::subview(a, std::make_pair(1, 4));

  EXPECT_THAT(message_of<Error>([&] { assign(tail, head); }), HasSubstr("overlaps the target"));
  EXPECT_THAT(on_host(a), ElementsAre(1, 2, 3, 4));
}

TEST(AssignErrors, AllowNeighboursThatOnlyInterleave) {
  const auto a = counted<double>(3, 4);

  assign(Kokkos::subview(a, Kokkos::ALL, std::make_pair(0, 2)), Kokkos::subview(a, Kokkos::ALL, std::make_pair(2, 4)));

  EXPECT_THAT(on_host(a), ElementsAre(2, 3, 2, 3, 6, 7, 6, 7, 10, 11, 10, 11));
}

TEST(AssignErrors, RefuseAnIntegerThatDoesNotFit) {
  const auto a = vector_of<std::uint8_t>({1, 2});

  EXPECT_THAT(message_of<Error>([&] { assign(a, a + 300); }), HasSubstr("300 does not fit into uint8"));
  EXPECT_THROW(assign(a, -1), Error);
}

template <class T, class A>
constexpr bool stores = StorableAs<A, T>;

TEST(Types, AreNumPysForTwoArrays) {
  EXPECT_TRUE((std::same_as<promote<std::int32_t, float>, double>));
  EXPECT_TRUE((std::same_as<promote<std::uint8_t, float>, float>));
  EXPECT_TRUE((std::same_as<promote<bool, std::uint8_t>, std::uint8_t>));
  EXPECT_TRUE((std::same_as<promote<Kokkos::complex<float>, std::int32_t>, Kokkos::complex<double>>));
  EXPECT_TRUE((std::same_as<promote<Kokkos::complex<float>, std::uint8_t>, Kokkos::complex<float>>));
}

TEST(Types, NarrowNowhereWithoutACast) {
  EXPECT_FALSE((stores<float, double>));
  EXPECT_FALSE((stores<float, std::int32_t>));
  EXPECT_FALSE((stores<double, Kokkos::complex<float>>));
  EXPECT_TRUE((stores<double, std::int64_t>));
}

TEST(Types, LetScalarsFollowTheArray) {
  const auto f = vector_of<float>({1});
  const auto i = vector_of<std::int32_t>({1});

  EXPECT_TRUE((std::same_as<decltype(f * 2.0)::value_type, float>));
  EXPECT_TRUE((std::same_as<decltype(i + 1)::value_type, std::int32_t>));
  EXPECT_TRUE((std::same_as<decltype(i * 0.5)::value_type, double>));
  EXPECT_TRUE((std::same_as<decltype(i / i)::value_type, double>));
  EXPECT_TRUE((std::same_as<decltype(f * Kokkos::complex<double>(0, 1))::value_type, Kokkos::complex<float>>));
}

}  // namespace
}  // namespace tarn::ops::test
