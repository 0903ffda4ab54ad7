#include "tarn/core/profile/bandwidth.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"

namespace tarn {

namespace {

template <class Real>
struct Copy {
  Field<Real, 1> a, b;

  KOKKOS_FUNCTION void operator()(std::int64_t n) const { a(n) = b(n); }
};

template <class Real>
struct Triad {
  Field<Real, 1> a, b, c;
  Real s;

  KOKKOS_FUNCTION void operator()(std::int64_t n) const { a(n) = b(n) + s * c(n); }
};

/// Elements of one chunk on a host: long enough for vector instructions, short enough to share among threads.
constexpr std::int64_t chunk = 8192;

/// Runs the body for the elements of one chunk, in a loop that the compiler vectorises.
template <class Body>
struct Chunk {
  Body body;
  std::int64_t elements;

  KOKKOS_FUNCTION void operator()(const std::int64_t number) const {
    const std::int64_t first = number * chunk;
    const std::int64_t last = first + chunk < elements ? first + chunk : elements;
#if defined(__GNUC__) && !defined(__CUDACC__)
#pragma GCC ivdep
#endif
    for (std::int64_t n = first; n < last; ++n)
      body(n);
  }
};

template <class Body>
void for_each_element(const std::string& label, const Space& space, std::int64_t elements, const Body& body) {
  using Policy = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;
  if constexpr (detail::space_is_gpu) {
    Kokkos::parallel_for(label, Policy(space, 0, elements), body);
  } else {
    Kokkos::parallel_for(label, Policy(space, 0, (elements + chunk - 1) / chunk),
                         Chunk<Body>{body, elements});
  }
}

template <class Body>
double median_seconds(const std::string& label, const Space& space, std::int64_t elements, int repeats,
                      const Body& body) {
  for_each_element(label, space, elements, body);
  std::vector<double> seconds;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    space.fence();
    const Kokkos::Timer timer;
    for_each_element(label, space, elements, body);
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
  // Zeroed by the space itself, so that on a host each page lies near the thread that uses it.
  const Field<Real, 1> a("tarn::bandwidth::a", elements), b("tarn::bandwidth::b", elements),
      c("tarn::bandwidth::c", elements);
  const auto count = static_cast<std::int64_t>(elements);
  const double stream = static_cast<double>(elements) * sizeof(Real);
  Bandwidth rate;
  rate.copy = 2 * stream / median_seconds("tarn::bandwidth::copy", space, count, repeats, Copy<Real>{a, b});
  rate.triad = 3 * stream /
               median_seconds("tarn::bandwidth::triad", space, count, repeats, Triad<Real>{a, b, c, Real{3}});
  return rate;
}

template Bandwidth measure_bandwidth<float>(const Space&, std::size_t, int);
template Bandwidth measure_bandwidth<double>(const Space&, std::size_t, int);

}  // namespace tarn
