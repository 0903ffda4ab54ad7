#include "tarn/core/memory/transfer.hpp"

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/async_transfer.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

using test::runtime;
using testing::HasSubstr;

template <class Layout>
using Host2 = Kokkos::View<std::int32_t**, Layout, Kokkos::HostSpace>;
template <class Layout>
using Device2 = Kokkos::View<std::int32_t**, Layout, Space>;

/// Element (i, j) is 1000 i + j.
template <class View>
void fill(const View& host) {
  for (std::size_t i = 0; i < host.extent(0); ++i) {
    for (std::size_t j = 0; j < host.extent(1); ++j)
      host(i, j) = static_cast<std::int32_t>(1000 * i + j);
  }
}

template <class View>
int wrong_elements(const View& host) {
  int wrong = 0;
  for (std::size_t i = 0; i < host.extent(0); ++i) {
    for (std::size_t j = 0; j < host.extent(1); ++j)
      wrong += host(i, j) != static_cast<std::int32_t>(1000 * i + j);
  }
  return wrong;
}

template <class HostView, class DeviceView>
void there_and_back(const HostView& source, const DeviceView& device, const HostView& target) {
  fill(source);
  Kokkos::deep_copy(target, -1);

  upload(device, source, "there");
  download(target, device, "back");

  EXPECT_EQ(wrong_elements(target), 0);
}

TEST(Transfer, KeepsElementsInEveryPairOfLayouts) {
  using Right = Kokkos::LayoutRight;
  using Left = Kokkos::LayoutLeft;
  constexpr int n = 37, m = 11;

  there_and_back(Host2<Right>("h", n, m), Device2<Right>("d", n, m), Host2<Right>("t", n, m));
  there_and_back(Host2<Right>("h", n, m), Device2<Left>("d", n, m), Host2<Right>("t", n, m));
  there_and_back(Host2<Left>("h", n, m), Device2<Right>("d", n, m), Host2<Left>("t", n, m));
  there_and_back(Host2<Left>("h", n, m), Device2<Left>("d", n, m), Host2<Left>("t", n, m));
}

TEST(Transfer, KeepsElementsOfBlocksAndTouchesNothingElse) {
  const Host2<Kokkos::LayoutRight> source("h", 20, 30), target("t", 20, 30);
  const auto device = runtime().array<std::int32_t>("d", 20, 30);
  const auto rows = Kokkos::make_pair(3, 9), columns = Kokkos::make_pair(5, 28);
  const auto from = Kokkos::subview(source, rows, columns), to = Kokkos::subview(target, rows, columns);
  const auto block = Kokkos::subview(device, rows, columns);
  fill(from);

  upload(block, from, "block");
  download(to, block, "block");

  const auto whole = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), device);
  EXPECT_EQ(wrong_elements(to), 0);
  EXPECT_EQ(whole(2, 5), 0);
  EXPECT_EQ(whole(3, 4), 0);
  EXPECT_EQ(whole(3, 6), 1);
  EXPECT_EQ(whole(8, 27), 5022);
  EXPECT_EQ(target(3, 28), 0);
}

TEST(Transfer, TakesVectorsAndSpans) {
  std::vector<double> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 0.0);

  const auto device = upload(numbers, "numbers");
  upload(device, std::span<const double>(numbers), "again");
  numbers[1] = -1;  // copied: the device does not see it
  const auto host = download(device);

  EXPECT_EQ(host.extent(0), 1000u);
  EXPECT_EQ(host(1), 1);
  EXPECT_EQ(host(999), 999);
}

TEST(Transfer, SharesMemoryWhereTheSpacesAreOne) {
  if (!detail::spaces_are_one) GTEST_SKIP() << "the device of this build has its own memory";
  const auto& ledger = runtime().transfers();
  const HostField<double, 2> host("h", 3, 4);
  const auto before = ledger.total();

  const auto device = upload(host, "shared");
  const auto back = download(device);

  EXPECT_EQ(device.data(), host.data());
  EXPECT_EQ(back.data(), host.data());
  EXPECT_EQ(host.use_count(), 3);
  EXPECT_EQ(ledger.total().count, before.count);
}

TEST(Transfer, CopiesWhatMayNotBeWrittenToOrIsNotInCOrder) {
  const HostField<double, 2> host("h", 3, 4);
  const Kokkos::View<const double**, Kokkos::LayoutRight, Kokkos::HostSpace> fixed = host;
  const Kokkos::View<double**, Kokkos::LayoutLeft, Kokkos::HostSpace> left("l", 3, 4);
  left(1, 2) = 5;

  const auto of_fixed = upload(fixed, "fixed");
  const auto of_left = upload(left, "left");
  const auto back = download(of_left);

  EXPECT_NE(static_cast<const void*>(of_fixed.data()), host.data());
  static_assert(std::is_same_v<std::remove_const_t<decltype(of_left)>, Field<double, 2>>);
  EXPECT_EQ(back(1, 2), 5);
}

TEST(Transfer, NamesBothShapesThatDiffer) {
  const HostField<double, 2> host("from", 3, 4);
  const auto device = runtime().array<double>("to", 3, 5);
  try {
    upload(device, host);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const ShapeMismatch& error) {
    EXPECT_STREQ(error.what(), "upload: the target 'to' is 3 x 5, the source 'from' is 3 x 4");
  }
}

TEST(Transfer, TakesEmptyArrays) {
  const auto device = runtime().array<double>("d", 0, 5);
  const auto before = runtime().transfers().total().count;

  const auto host = download(device, "empty");
  upload(device, host, "empty");

  EXPECT_EQ(host.extent(1), 5u);
  EXPECT_EQ(runtime().transfers().total().count, before);
}

TEST(Ledger, CountsEveryCrossingByLabelAndDirection) {
  auto& ledger = runtime().transfers();
  ledger.clear();
  const HostField<double, 1> host("h", 1000);
  const auto device = runtime().array<double>("d", 1000);

  upload(device, host, "up");
  upload(device, host, "up");
  download(host, device, "down");

  EXPECT_EQ(ledger.of("up", Direction::to_device).count, 2u);
  EXPECT_EQ(ledger.of("up", Direction::to_device).bytes, 16000u);
  EXPECT_EQ(ledger.of("up", Direction::to_host).count, 0u);
  EXPECT_EQ(ledger.total(Direction::to_host).bytes, 8000u);
  EXPECT_EQ(ledger.total().bytes, 24000u);
  EXPECT_GT(ledger.total().seconds, 0);
  const std::string text = fmt::format("{}", ledger);
  EXPECT_THAT(text, HasSubstr("to the device: 2 transfers, 16000 bytes"));
  EXPECT_THAT(text, HasSubstr("\n  down: 1 transfer, 8000 bytes"));
}

TEST(Ledger, IsExactAcrossThreads) {
  TransferLedger ledger;
  std::vector<std::thread> crew;
  for (int t = 0; t < 4; ++t) {
    crew.emplace_back([&] {
      for (int n = 0; n < 1000; ++n)
        ledger.record(Direction::to_host, n % 2 == 0 ? "even" : "odd", 8, 0.5);
    });
  }
  for (auto& thread : crew)
    thread.join();

  EXPECT_EQ(ledger.total().count, 4000u);
  EXPECT_EQ(ledger.of("odd", Direction::to_host).bytes, 16000u);
  EXPECT_EQ(ledger.total().seconds, 2000);
}

TEST(NoTransfers, RefusesCrossingsAndSaysWhich) {
  const HostField<double, 1> host("h", 1000);
  const auto device = runtime().array<double>("d", 1000);
  {
    const NoTransfers guard(runtime());
    try {
      download(host, device, "density");
      ADD_FAILURE() << "nothing was thrown";
    } catch (const TransferRefused& error) {
      EXPECT_STREQ(error.what(), "a transfer where NoTransfers forbids them: 'density', 8000 bytes to the host");
    }
    EXPECT_THROW(upload(device, host, "density"), TransferRefused);
    EXPECT_THROW((AsyncDownload<double, 1>(runtime().space(), device, "density")), TransferRefused);
  }

  EXPECT_NO_THROW(download(host, device, "density"));
}

TEST(AsyncDownload, HoldsWhatTheArrayHeldWhenItWasStarted) {
  const auto& space = runtime().space();
  const auto device = runtime().array<double>("d", 4, 1000);
  Kokkos::deep_copy(space, device, 1.0);
  const auto before = runtime().transfers().of("snapshot", Direction::to_host);

  AsyncDownload<double, 2> started(space, device, "snapshot");
  Kokkos::deep_copy(space, device, 2.0);
  AsyncDownload<double, 2> moved = std::move(started);
  const auto host = moved.wait();

  EXPECT_TRUE(moved.ready());
  EXPECT_TRUE(started.ready());
  EXPECT_EQ(host(0, 0), 1.0);
  EXPECT_EQ(host(3, 999), 1.0);
  const auto after = runtime().transfers().of("snapshot", Direction::to_host);
  EXPECT_EQ(after.count - before.count, 1u);
  EXPECT_EQ(after.bytes - before.bytes, 32000u);
  EXPECT_GT(after.seconds, before.seconds);
}

TEST(AsyncDownload, PacksABlock) {
  const HostField<std::int32_t, 2> source("h", 20, 30);
  const auto device = runtime().array<std::int32_t>("d", 20, 30);
  const auto block = Kokkos::subview(device, Kokkos::make_pair(2, 7), Kokkos::make_pair(4, 9));
  const auto from = Kokkos::subview(source, Kokkos::make_pair(2, 7), Kokkos::make_pair(4, 9));
  fill(from);
  upload(device, source, "whole");

  AsyncDownload<std::int32_t, 2> started(runtime().space(), block, "block");

  EXPECT_EQ(wrong_elements(started.wait()), 0);
}

TEST(AsyncUpload, BringsOneBatchAfterTheOther) {
  const auto device = runtime().array<double>("d", 500);
  AsyncUpload<double, 1> transfer(runtime().space(), device, "batch");
  for (int batch = 0; batch < 3; ++batch) {
    transfer.wait();
    for (std::size_t n = 0; n < 500; ++n)
      transfer.host()(n) = batch * 1000.0 + static_cast<double>(n);

    transfer.start();

    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), device);
    EXPECT_EQ(host(0), batch * 1000.0);
    EXPECT_EQ(host(499), batch * 1000.0 + 499);
  }
}

TEST(AsyncUpload, ReachesABlock) {
  const auto device = runtime().array<std::int32_t>("d", 20, 30);
  const Field<std::int32_t, 2> block = Kokkos::subview(device, Kokkos::make_pair(2, 7), Kokkos::make_pair(4, 9));
  AsyncUpload<std::int32_t, 2> transfer(runtime().space(), block, "block");
  fill(transfer.host());

  transfer.start();
  transfer.wait();

  const auto whole = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), device);
  EXPECT_EQ(whole(6, 8), 4004);
  EXPECT_EQ(whole(6, 9), 0);
  EXPECT_EQ(whole(1, 4), 0);
}

}  // namespace
}  // namespace tarn
