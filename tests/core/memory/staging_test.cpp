#include "tarn/core/memory/staging.hpp"

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/memory/memory.hpp"
#include "tarn/tests/support/runtime.hpp"

// Staging moves bytes whatever the device is: on a host build the device's memory is the host's, and the same pieces
// go the same ways.

namespace tarn {
namespace {

using test::runtime;

HostRegion row(std::vector<std::uint32_t>& numbers) {
  return {numbers.data(), 4, 1, {numbers.size()}, {1}};
}

std::vector<std::uint32_t> numbers(std::size_t count, std::uint32_t seed) {
  std::vector<std::uint32_t> all(count);
  for (std::size_t n = 0; n < count; ++n)
    all[n] = static_cast<std::uint32_t>(n) * 2654435761u + seed;
  return all;
}

TEST(HostRegion, KnowsCOrder) {
  EXPECT_TRUE((HostRegion{nullptr, 4, 2, {3, 5}, {5, 1}}.is_c_order()));
  EXPECT_FALSE((HostRegion{nullptr, 4, 2, {3, 5}, {1, 3}}.is_c_order()));
  EXPECT_FALSE((HostRegion{nullptr, 4, 2, {3, 5}, {6, 1}}.is_c_order()));
  EXPECT_TRUE((HostRegion{nullptr, 4, 3, {1, 3, 5}, {99, 5, 1}}.is_c_order()));
}

TEST(HostRegion, GathersAndScattersAnyRange) {
  // 2 x 3 elements of a 4 x 5 array, transposed: element (a, b) is whole[b * 5 + a]
  std::vector<std::uint32_t> whole(20);
  for (std::size_t n = 0; n < 20; ++n)
    whole[n] = static_cast<std::uint32_t>(n);
  const HostRegion region{whole.data(), 4, 2, {2, 3}, {1, 5}};
  std::uint32_t packed[4] = {};

  region.gather(1, 5, packed);
  EXPECT_EQ(packed[0], 5u);
  EXPECT_EQ(packed[1], 10u);
  EXPECT_EQ(packed[2], 1u);
  EXPECT_EQ(packed[3], 6u);

  const std::uint32_t back[4] = {50, 51, 52, 53};
  region.scatter(1, 5, back);
  EXPECT_EQ(whole[5], 50u);
  EXPECT_EQ(whole[10], 51u);
  EXPECT_EQ(whole[1], 52u);
  EXPECT_EQ(whole[6], 53u);
  EXPECT_EQ(whole[0], 0u);
  EXPECT_EQ(whole[11], 11u);
}

TEST(Staging, MovesArraysOfAnySizeThereAndBack) {
  auto& staging = runtime().memory().staging();
  // one element, less and more than a piece, no multiple of a piece, and many pieces
  for (const std::size_t count : {1u, 1000u, (1u << 19) - 1, (1u << 19) + 1, 3000017u, 20000003u}) {
    auto source = numbers(count, 1);
    std::vector<std::uint32_t> target(count);
    const Scratch device(runtime().pool(), count * 4);

    staging.to_device(row(source), device.data());
    staging.to_host(device.data(), row(target));

    EXPECT_TRUE(source == target) << count;
  }
}

TEST(Staging, ServesManyThreadsAndKeepsWithin64MiB) {
  auto& memory = runtime().memory();
  memory.pinned().release_unused();
  constexpr std::size_t count = 6000011;
  std::atomic<int> wrong{0};
  const auto before = memory.pinned().statistics();
  std::vector<std::thread> crew;
  std::vector<Scratch> devices;
  for (int t = 0; t < 4; ++t)
    devices.emplace_back(memory.device(), count * 4);
  const auto held = memory.pinned().statistics();
  for (std::uint32_t t = 0; t < 4; ++t) {
    crew.emplace_back([&, t] {
      auto source = numbers(count, t);
      std::vector<std::uint32_t> target(count);
      memory.staging().to_device(row(source), devices[t].data());
      memory.staging().to_host(devices[t].data(), row(target));
      if (source != target) ++wrong;
    });
  }
  for (auto& thread : crew)
    thread.join();

  const auto after = memory.pinned().statistics();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(after.in_use, held.in_use);
  EXPECT_GE(after.hits + after.misses, before.hits + before.misses + 16);
  EXPECT_LE(after.in_use + after.cached - held.in_use - held.cached, std::size_t{64} << 20);
}

TEST(CopyCrew, DoesEveryPartOnceInManyRounds) {
  CopyCrew crew;
  for (std::size_t round = 0; round < 300; ++round) {
    const std::size_t count = 1 + round * 37 % 2000;
    std::vector<std::atomic<int>> done(count);

    crew.run(count, 4096, [&](std::size_t first, std::size_t last) {
      for (std::size_t n = first; n < last; ++n)
        ++done[n];
    });

    for (const auto& one : done)
      ASSERT_EQ(one, 1);
  }
}

}  // namespace
}  // namespace tarn
