// Arrays of more elements than 32 bits count, 2^32 and some, of one byte each.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/ops.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops::test {
namespace {

using Byte = std::uint8_t;
using Bytes = Field<Byte, 1>;

constexpr std::int64_t many = (std::int64_t{1} << 32) + 9;
constexpr std::int64_t period = 251;

/// Arrays of the test and the others, in a pool that keeps nothing of them.
class LargeArrays : public testing::Test {
 protected:
  ~LargeArrays() override { tarn::test::runtime().pool().release_unused(); }

  /// Why these gigabytes cannot be had; empty if they can.
  static std::string obstacle(int arrays) {
    const double needed = 1.1 * arrays * static_cast<double>(many);
    if (std::getenv("TARN_LONG_TESTS") == nullptr)
      return fmt::format("TARN_LONG_TESTS=1 runs this: it takes {:.1f} GB", 1e-9 * needed);
    const auto free = static_cast<double>(tarn::test::runtime().pool().statistics().memory.free);
    if (free < needed) return fmt::format("needs {:.1f} GB; {:.1f} GB are free", 1e-9 * needed, 1e-9 * free);
    return {};
  }
};

template <class... Extents>
auto new_array(Extents... extents) {
  return tarn::test::runtime().array<Byte>(uninitialized, "test::large", extents...);
}

/// 0, 1, ..., 250, 0, 1, ...
Bytes ramp() {
  const Bytes a = new_array(many);
  assign(a, cast<Byte>(iota(many) % period));
  return a;
}

std::int64_t sum_of_ramp() {
  const std::int64_t rounds = many / period, rest = many % period;
  return rounds * (period * (period - 1) / 2) + rest * (rest - 1) / 2;
}

/// Elements around a place.
std::vector<Byte> around(const Bytes& a, std::int64_t place) {
  return on_host(Kokkos::subview(a, std::pair(place - 4, std::min(place + 4, many))));
}

std::vector<Byte> ramp_around(std::int64_t place) {
  std::vector<Byte> wanted;
  for (std::int64_t n = place - 4; n < std::min(place + 4, many); ++n)
    wanted.push_back(static_cast<Byte>(n % period));
  return wanted;
}

const std::vector<std::int64_t> places{4, std::int64_t{1} << 31, std::int64_t{1} << 32, many - 4};

TEST_F(LargeArrays, AreWrittenByExpressionsAtEveryPlace) {
  if (const auto why = obstacle(1); !why.empty()) GTEST_SKIP() << why;
  const Bytes a = ramp();

  for (const std::int64_t place : places)
    EXPECT_EQ(around(a, place), ramp_around(place)) << place;
  assign(a, where(a < 200, a + 50, a - 200));

  for (const std::int64_t place : places) {
    std::vector<Byte> wanted = ramp_around(place);
    for (Byte& value : wanted)
      value = static_cast<Byte>(value < 200 ? value + 50 : value - 200);
    EXPECT_EQ(around(a, place), wanted) << place;
  }
}

TEST_F(LargeArrays, AreReducedWhole) {
  if (const auto why = obstacle(1); !why.empty()) GTEST_SKIP() << why;
  const Bytes a = ramp();
  const std::int64_t place = many - 3;
  ASSERT_EQ(around(a, place)[4], place % period);
  assign(Kokkos::subview(a, std::pair(place, place + 1)), Byte{255});
  const std::int64_t wanted = sum_of_ramp() - place % period + 255;

  EXPECT_EQ(sum(a), wanted);
  EXPECT_EQ(sum(cast<float>(a), reproducible), static_cast<float>(wanted));
  EXPECT_EQ(sum(tarn::test::runtime().communicator(), Space{}, cast<double>(a), reproducible),
            static_cast<double>(wanted));
  EXPECT_EQ(mean(a), static_cast<double>(wanted) / static_cast<double>(many));
  EXPECT_EQ(max(a), 255);
  EXPECT_EQ(argmax(a), place);
  EXPECT_EQ(min(255 - a), 0);
  EXPECT_EQ(count_nonzero(a), many - (many + period - 1) / period);
}

TEST_F(LargeArrays, AreReducedAlongAxes) {
  if (const auto why = obstacle(1); !why.empty()) GTEST_SKIP() << why;
  constexpr std::int64_t rows = 65537, columns = 65541;
  static_assert(rows * columns > many / 2 && rows * columns - many < many / 16);
  const auto a = new_array(rows, columns);
  assign(a, cast<Byte>((column(iota(rows)) + 3 * row(iota(columns))) % period));
  const Field<std::int64_t, 1> of_columns("test::of_columns", columns), of_rows("test::of_rows", rows);
  assign(of_columns, sum(a, axis<0>));
  assign(of_rows, sum(a, axis<1>));

  const auto by_column = on_host(of_columns), by_row = on_host(of_rows);
  for (const std::int64_t j : {std::int64_t{0}, columns / 2, columns - 1}) {
    std::int64_t wanted = 0;
    for (std::int64_t i = 0; i < rows; ++i)
      wanted += (i + 3 * j) % period;
    EXPECT_EQ(by_column[static_cast<std::size_t>(j)], wanted) << j;
  }
  for (const std::int64_t i : {std::int64_t{0}, rows / 2, rows - 1}) {
    std::int64_t wanted = 0;
    for (std::int64_t j = 0; j < columns; ++j)
      wanted += (i + 3 * j) % period;
    EXPECT_EQ(by_row[static_cast<std::size_t>(i)], wanted) << i;
  }
  const auto corner = Kokkos::subview(a, std::pair(rows - 2, rows), std::pair(columns - 1, columns));
  EXPECT_EQ(on_host(corner), (std::vector<Byte>{static_cast<Byte>((rows - 2 + 3 * (columns - 1)) % period),
                                                static_cast<Byte>((rows - 1 + 3 * (columns - 1)) % period)}));
}

TEST_F(LargeArrays, AreCopiedToTheHostAndBack) {
  if (const auto why = obstacle(2); !why.empty()) GTEST_SKIP() << why;
  const Bytes a = ramp();
  const auto host = pool_view<HostField<Byte, 1>>(memory().host(), 0, "test::host", many);

  download(host, a, "test::large");
  assign(a, Byte{0});

  for (const std::int64_t place : places) {
    for (std::int64_t n = place - 4; n < std::min(place + 4, many); ++n)
      EXPECT_EQ(host(static_cast<std::size_t>(n)), n % period) << n;
  }
  upload(a, host, "test::large");
  EXPECT_EQ(sum(a), sum_of_ramp());
  for (const std::int64_t place : places)
    EXPECT_EQ(around(a, place), ramp_around(place)) << place;
}

}  // namespace
}  // namespace tarn::ops::test
