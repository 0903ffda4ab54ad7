#include "tarn/core/memory/array.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

using testing::HasSubstr;

template <class View>
auto on_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

template <class T>
class Array : public testing::Test {};
using Elements = testing::Types<float, double, std::int32_t, std::int64_t, std::uint8_t, bool, Kokkos::complex<float>,
                                Kokkos::complex<double>>;
TYPED_TEST_SUITE(Array, Elements, );

TYPED_TEST(Array, IsZeroInEveryRankAlthoughItsMemoryWasUsed) {
  for (int round = 0; round < 2; ++round) {
    const auto a = test::runtime().array<TypeParam>("a", 7);
    const auto b = test::runtime().array<TypeParam>("b", 3, 5);
    const auto c = test::runtime().array<TypeParam>("c", 2, 3, 4);
    const auto d = test::runtime().array<TypeParam>("d", 2, 1, 3, 2);
    const auto got_a = on_host(a);
    const auto got_d = on_host(d);

    for (int n = 0; n < 7; ++n)
      EXPECT_EQ(got_a(n), TypeParam{});
    for (int n = 0; n < 12; ++n)
      EXPECT_EQ(got_d.data()[n], TypeParam{});
    EXPECT_EQ(b.size(), 15u);
    EXPECT_EQ(c.extent(2), 4u);

    Kokkos::deep_copy(a, TypeParam(1));
    Kokkos::deep_copy(d, TypeParam(1));
  }
}

TEST(PoolArray, IsAnOrdinaryViewInCOrder) {
  const auto a = test::runtime().array<double>("a", 3, 4);

  static_assert(std::is_same_v<std::remove_const_t<decltype(a)>, Field<double, 2>>);
  EXPECT_EQ(a.label(), "a");
  EXPECT_EQ(a.stride(0), 4u);
  EXPECT_EQ(a.stride(1), 1u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 256, 0u);
}

TEST(PoolArray, IsCountedSlicedAndCopiedAsAnyView) {
  const auto a = test::runtime().array<double>("a", 3, 4);
  const auto copy = a;
  const auto row = Kokkos::subview(a, 1, Kokkos::ALL());
  Kokkos::deep_copy(row, 2.0);
  const auto other = test::runtime().array<double>("other", 3, 4);
  Kokkos::deep_copy(other, a);
  const auto mirror = Kokkos::create_mirror_view(other);
  Kokkos::deep_copy(mirror, other);

  EXPECT_EQ(copy.data(), a.data());
  EXPECT_GE(a.use_count(), 3);
  EXPECT_EQ(mirror(0, 3), 0.0);
  EXPECT_EQ(mirror(1, 0), 2.0);
  EXPECT_EQ(mirror(1, 3), 2.0);
  EXPECT_EQ(mirror(2, 0), 0.0);
}

TEST(PoolArray, GivesItsMemoryBackWithTheLastCopy) {
  auto& pool = test::runtime().pool();
  const auto before = pool.statistics();
  auto first = test::runtime().array<double>("a", 1000);
  const double* const place = first.data();
  auto last = Kokkos::subview(first, Kokkos::make_pair(10, 20));

  first = {};
  const auto held = pool.statistics();
  last = {};
  const auto after = pool.statistics();
  const auto again = test::runtime().array<double>("b", 1000);

  EXPECT_EQ(held.blocks_in_use, before.blocks_in_use + 1);
  EXPECT_GE(held.in_use, before.in_use + 8000);
  EXPECT_EQ(after.blocks_in_use, before.blocks_in_use);
  EXPECT_EQ(after.in_use, before.in_use);
  EXPECT_EQ(again.data(), place);
  EXPECT_EQ(again.label(), "b");
}

TEST(PoolArray, MayBeEmptyOrUnwritten) {
  const auto empty = test::runtime().array<double>("empty", 3, 0);
  const auto unwritten = test::runtime().array<int>(uninitialized, "unwritten", 5);

  EXPECT_EQ(empty.size(), 0u);
  EXPECT_EQ(empty.extent(0), 3u);
  EXPECT_EQ(empty.label(), "empty");
  EXPECT_EQ(unwritten.extent(0), 5u);
}

void expect_refused(const std::string& what, void (*make)()) {
  try {
    make();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(what));
  }
}

TEST(PoolArray, RefusesAbsurdExtents) {
  expect_refused("-1 is no extent", [] { static_cast<void>(test::runtime().array<double>("a", 4, -1)); });
  expect_refused("more bytes than can be counted",
                 [] { static_cast<void>(test::runtime().array<double>("a", 1LL << 31, 1LL << 31, 4)); });
  expect_refused("'a' of 9223372036854775807", [] {
    static_cast<void>(test::runtime().array<float>("a", std::numeric_limits<std::int64_t>::max()));
  });
}

TEST(PoolArray, SaysWhatThereWasWhenMemoryRunsOut) {
  const auto blocks = test::runtime().pool().statistics().blocks_in_use;
  try {
    static_cast<void>(test::runtime().array<double>("a", 1LL << 55));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const OutOfMemory& error) {
    EXPECT_EQ(error.asked(), std::size_t{8} << 55);
    EXPECT_GT(error.free(), 0u);
    EXPECT_THAT(error.what(), HasSubstr("288230376151711744 bytes asked"));
  }
  EXPECT_EQ(test::runtime().pool().statistics().blocks_in_use, blocks);
}

}  // namespace
}  // namespace tarn
