#include <cstring>
#include <memory>

#include "tarn/core/memory/transfer.hpp"
#include "tarn/core/profile/bandwidth.hpp"
#include "tarn/ops/random/random_fill.hpp"

#include "cases.hpp"

// The memory's own peak, which the others are shares of, allocations, and transfers between host and device.

namespace tarn::benchmarks {

namespace {

using Pageable = HostField<double, 1>;
using Pinned = Kokkos::View<double*, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// A plain copy: on a GPU tarn's own, on a host the C library's.
Prepared prepare_copy(const Runtime& runtime, std::int64_t size) {
  const double bytes = 16.0 * static_cast<double>(size);
  if constexpr (detail::space_is_gpu) {
    return {bytes, 0, [bytes, size, &space = runtime.space()] {
              return bytes / measure_bandwidth<double>(space, static_cast<std::size_t>(size), 1).copy;
            }};
  } else {
    const auto from = runtime.array<double>("from", size), to = runtime.array<double>("to", size);
    return {bytes, 0,
            timed(runtime, [from, to] { std::memcpy(to.data(), from.data(), from.size() * sizeof(double)); })};
  }
}

/// An array made and given back, elements not written; the mean of a thousand.
Prepared prepare_pool(const Runtime& runtime, std::int64_t size) {
  constexpr int times = 1000;
  const auto allocate = timed(runtime, [&runtime, size] {
    for (int n = 0; n < times; ++n)
      runtime.array<double>(uninitialized, "benchmark", size);
  });
  return {0, 0, [allocate] { return allocate() / times; }};
}

struct Transfer {
  Transfer(const Runtime& runtime, std::int64_t size) : device(runtime.array<double>("device", size)) {
    ops::random_uniform(runtime.space(), device, {.seed = next_seed()});
    runtime.space().fence();
  }
  /// Host memory that the device reads at full speed.
  Pinned pinned() const { return Pinned(scratch->as<double>(), device.size()); }

  Field<double, 1> device;
  Pageable pageable = Pageable("pageable", device.size());
  std::shared_ptr<Scratch> scratch =
      std::make_shared<Scratch>(memory().pinned(), device.size() * sizeof(double), stream_of(Space()));
};

template <class Copy>
Prepare transfer(Copy copy) {
  return [copy](const Runtime& runtime, std::int64_t size) {
    const Transfer x(runtime, size);
    return Prepared{8.0 * static_cast<double>(size), 0,
                    timed(runtime, [x, copy, &space = runtime.space()] { copy(space, x); })};
  };
}

}  // namespace

void add_memory(Cases& cases) {
  cases["copy float64"] = prepare_copy;
  cases["pool float64"] = prepare_pool;
  cases["upload float64"] =
      transfer([](const Space& space, const Transfer& x) { upload(space, x.device, x.pageable, "benchmark"); });
  cases["download float64"] =
      transfer([](const Space& space, const Transfer& x) { download(space, x.pageable, x.device, "benchmark"); });
  cases["upload_from_pinned float64"] =
      transfer([](const Space& space, const Transfer& x) { upload(space, x.device, x.pinned(), "benchmark"); });
  cases["download_to_pinned float64"] =
      transfer([](const Space& space, const Transfer& x) { download(space, x.pinned(), x.device, "benchmark"); });
  // What the bus gives: one plain copy of pinned memory.
  cases["upload_peak float64"] =
      transfer([](const Space& space, const Transfer& x) { Kokkos::deep_copy(space, x.device, x.pinned()); });
  cases["download_peak float64"] =
      transfer([](const Space& space, const Transfer& x) { Kokkos::deep_copy(space, x.pinned(), x.device); });
}

}  // namespace tarn::benchmarks
