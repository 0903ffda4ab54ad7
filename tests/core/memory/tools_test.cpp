// The ledger against what Kokkos' own tool hooks see of the same copies.
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/memory/async_transfer.hpp"
#include "tarn/core/memory/counted_copy.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

using test::runtime;

/// Bytes that Kokkos copied between arrays, by way.
struct Seen {
  std::uint64_t to_device = 0, to_host = 0, within = 0;
};
Seen seen;

bool is_on_gpu(const std::string& space) {
  return space.starts_with("Cuda") && space != "CudaHostPinned";
}

void note_copy(Kokkos::Profiling::SpaceHandle target_space, const char*, const void* target,
               Kokkos::Profiling::SpaceHandle source_space, const char*, const void* source, std::uint64_t bytes) {
  if (target == source) return;
  const bool to_gpu = is_on_gpu(target_space.name), from_gpu = is_on_gpu(source_space.name);
  (to_gpu == from_gpu ? seen.within : to_gpu ? seen.to_device : seen.to_host) += bytes;
}

/// Notes copies for as long as it lives.
class Watch {
 public:
  Watch() {
    seen = {};
    runtime().transfers().clear();
    Kokkos::Tools::Experimental::set_begin_deep_copy_callback(note_copy);
  }
  ~Watch() { Kokkos::Tools::Experimental::set_begin_deep_copy_callback(nullptr); }
};

/// Where spaces are one Kokkos cannot tell a direction: all it saw is compared. Elsewhere each direction is.
void expect_the_ledger_saw_the_same() {
  const auto& ledger = runtime().transfers();
  if (detail::spaces_are_one) {
    EXPECT_EQ(ledger.total().bytes, seen.within);
    return;
  }
  EXPECT_EQ(ledger.total(Direction::to_device).bytes, seen.to_device);
  EXPECT_EQ(ledger.total(Direction::to_host).bytes, seen.to_host);
}

TEST(LedgerAndKokkosTools, AgreeOnUploadsAndDownloads) {
  constexpr int n = 3000001;  // several pieces, the last of them odd
  const auto device = runtime().array<double>("device", n);
  const HostField<double, 1> host("host", n);
  const std::vector<float> few(1000, 1.0f);
  {
    const Watch watch;

    upload(device, host, "up");
    download(host, device, "down");
    const auto short_one = upload(few, "few");
    const auto shared_or_copied = download(short_one);
  }

  EXPECT_GE(runtime().transfers().total().bytes, 2u * 8 * n + 4000);
  expect_the_ledger_saw_the_same();
}

TEST(LedgerAndKokkosTools, AgreeOnCopiesThatAreEnqueued) {
  const auto& space = runtime().space();
  const auto device = runtime().array<double>("device", 1000);
  const Kokkos::View<double*, Kokkos::LayoutRight, PinnedSpace> pinned("pinned", 1000);
  {
    const Watch watch;

    AsyncDownload<double, 1> snapshot(space, device, "snapshot");
    copy_to_host(space, "ghosts", pinned, device);
    copy_to_device(space, "ghosts", device, pinned);
    space.fence();
  }

  EXPECT_EQ(runtime().transfers().total().bytes, 24000u);
  EXPECT_EQ(runtime().transfers().of("ghosts", Direction::to_device).count, 1u);
  expect_the_ledger_saw_the_same();
}

TEST(LedgerAndKokkosTools, AgreeOnArraysThatArePackedOnTheDevice) {
  if (detail::spaces_are_one) {
    GTEST_SKIP() << "nothing is packed where the spaces are one: a block is copied in place";
  }
  const auto whole = runtime().array<double>("whole", 300, 400);
  const auto block = Kokkos::subview(whole, Kokkos::make_pair(10, 200), Kokkos::make_pair(3, 390));
  const Kokkos::View<double**, Kokkos::LayoutLeft, Kokkos::HostSpace> host("host", 190, 387);
  {
    const Watch watch;

    upload(block, host, "block");
    download(host, block, "block");
  }

  EXPECT_EQ(runtime().transfers().total(Direction::to_host).bytes, 190u * 387 * 8);
  EXPECT_GT(seen.within, 0u);  // the packing itself, which crosses nothing
  expect_the_ledger_saw_the_same();
}

}  // namespace
}  // namespace tarn
