#include "tarn/core/profile/bandwidth.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/pragmas.hpp"

namespace tarn {

namespace {

/// Elements of one chunk on a host: long enough for vector instructions, short enough to share among threads.
constexpr std::int64_t chunk = 8192;

/// On a host: one chunk, in a loop that the compiler vectorises.
template <class Real, bool Triad>
struct HostChunk {
  Field<Real, 1> a, b, c;
  Real s;

  KOKKOS_FUNCTION void operator()(const std::int64_t number) const {
    const std::int64_t first = number * chunk;
    const std::int64_t last =
        first + chunk < static_cast<std::int64_t>(a.extent(0)) ? first + chunk : static_cast<std::int64_t>(a.extent(0));
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = first; n < last; ++n)
      a(n) = Triad ? b(n) + s * c(n) : b(n);
  }
};

/// Elements that a GPU loads and stores in one instruction.
template <class Real>
struct alignas(16) Pack {
  Real value[16 / sizeof(Real)];
};

/// On a GPU: some packs a thread, all loaded before the first is stored, neighbours of a warp side by side.
template <class Real, bool Triad>
struct GpuPacks {
  static constexpr int packs = 4;
  static constexpr int elements = packs * 16 / static_cast<int>(sizeof(Real));  ///< of one thread

  Pack<Real>* a;
  const Pack<Real>* b;
  const Pack<Real>* c;
  Real s;
  std::int64_t threads;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    Pack<Real> loaded[packs], other[packs];
    for (int p = 0; p < packs; ++p)
      loaded[p] = b[n + p * threads];
    if constexpr (Triad) {
      for (int p = 0; p < packs; ++p)
        other[p] = c[n + p * threads];
      for (int p = 0; p < packs; ++p) {
        for (std::size_t m = 0; m < 16 / sizeof(Real); ++m)
          loaded[p].value[m] += s * other[p].value[m];
      }
    }
    for (int p = 0; p < packs; ++p)
      a[n + p * threads] = loaded[p];
  }
};

/// One pass over the arrays, whose size is a multiple of what a thread takes.
template <class Real, bool Triad>
void pass(const Space& space, const Field<Real, 1>& a, const Field<Real, 1>& b, const Field<Real, 1>& c) {
  using Policy = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;
  const std::string label = Triad ? "tarn::bandwidth::triad" : "tarn::bandwidth::copy";
  const auto elements = static_cast<std::int64_t>(a.extent(0));
  if constexpr (detail::space_is_gpu) {
    using Body = GpuPacks<Real, Triad>;
    const std::int64_t threads = elements / Body::elements;
    const auto packs = [](const Field<Real, 1>& array) { return reinterpret_cast<Pack<Real>*>(array.data()); };
    Kokkos::parallel_for(label, Policy(space, 0, threads), Body{packs(a), packs(b), packs(c), Real{3}, threads});
  } else {
    Kokkos::parallel_for(label, Policy(space, 0, (elements + chunk - 1) / chunk),
                         HostChunk<Real, Triad>{a, b, c, Real{3}});
  }
}

template <class Real, bool Triad>
double median_seconds(const Space& space, int repeats, const Field<Real, 1>& a, const Field<Real, 1>& b,
                      const Field<Real, 1>& c) {
  pass<Real, Triad>(space, a, b, c);
  std::vector<double> seconds;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    space.fence();
    const Kokkos::Timer timer;
    pass<Real, Triad>(space, a, b, c);
    space.fence();
    seconds.push_back(timer.seconds());
  }
  const auto middle = seconds.begin() + repeats / 2;
  std::nth_element(seconds.begin(), middle, seconds.end());
  // A pass that is shorter than the clock's tick counts as one tick.
  return std::max(*middle, 1e-9);
}

}  // namespace

template <class Real>
Bandwidth measure_bandwidth(const Space& space, std::size_t elements, int repeats) {
  require(elements >= 1 && repeats >= 1, "a bandwidth measurement needs at least one element and one repeat");
  // A whole number of GPU threads' work. Zeroed by the space itself, so that on a host each page lies near the thread
  // that uses it.
  constexpr std::size_t whole = GpuPacks<Real, true>::elements;
  const std::size_t count = (elements + whole - 1) / whole * whole;
  const Field<Real, 1> a("tarn::bandwidth::a", count), b("tarn::bandwidth::b", count), c("tarn::bandwidth::c", count);
  const double stream = static_cast<double>(count) * sizeof(Real);
  Bandwidth rate;
  rate.copy = 2 * stream / median_seconds<Real, false>(space, repeats, a, b, c);
  rate.triad = 3 * stream / median_seconds<Real, true>(space, repeats, a, b, c);
  return rate;
}

double peak_of(const Bandwidth& bandwidth) {
  return detail::space_is_gpu ? bandwidth.copy : bandwidth.triad;
}

const char* peak_name() {
  return detail::space_is_gpu ? "copy" : "triad";
}

template Bandwidth measure_bandwidth<float>(const Space&, std::size_t, int);
template Bandwidth measure_bandwidth<double>(const Space&, std::size_t, int);

}  // namespace tarn
