#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <Kokkos_Core.hpp>

#include "tarn/ops/reduce/fold_host.hpp"

// The kernels that reduce a whole expression to one value, those of a GPU and their launch; see fold_host.hpp for a
// host's, and fold_axis_kernels.hpp for reductions along axes.

namespace tarn::ops::detail {

/// Joins values across threads as the fold says.
template <class Fold>
struct FoldReducer {
  using reducer = FoldReducer;
  using value_type = typename Fold::Value;
  using result_view_type = Kokkos::View<value_type, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>;

  KOKKOS_FUNCTION FoldReducer(const Fold& f, value_type& into) : fold(f), result(&into) {}

  KOKKOS_FUNCTION void join(value_type& into, const value_type& from) const { fold.join(into, from); }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void join(volatile value_type& into, const volatile value_type& from) const {
    fold.join(const_cast<value_type&>(into), const_cast<const value_type&>(from));
  }
  KOKKOS_FUNCTION void init(value_type& value) const { value = start_of(fold); }
  KOKKOS_FUNCTION value_type& reference() const { return *result; }
  KOKKOS_FUNCTION result_view_type view() const { return result_view_type(result); }
  KOKKOS_FUNCTION bool references_scalar() const { return true; }

  Fold fold;
  value_type* result;
};

/// A fold that takes a thread's elements at once, in an array where those that are not there are 0.
template <class Fold>
concept BatchFold = requires(const Fold& fold, typename Fold::Value& value, const typename Fold::Element (&batch)[4]) {
  fold.add_batch(value, batch);
};

/// A fold that finds the place of the best of a thread's elements once all are there.
template <class Fold>
concept PlaceFold = requires(const Fold& fold, const typename Fold::Element (&batch)[4]) {
  fold.best_of(batch);
};

/// On a GPU, every operand contiguous and aligned: some strips a thread, all computed before the first is added.
template <class E, class Fold>
struct FlatFold {
  static constexpr int width = std::clamp(16 / E::least_bytes, 1, 8);
  static constexpr int strips = 4;

  E expression;
  Fold fold;
  std::int64_t size;
  std::int64_t threads;

  static std::int64_t threads_for(std::int64_t size) {
    return std::max<std::int64_t>(1, ((size + width - 1) / width + strips - 1) / strips);
  }

  KOKKOS_FUNCTION void operator()(const std::int64_t n, typename Fold::Value& value) const {
    if constexpr (BatchFold<Fold>) {
      add_batch(n, value);
    } else {
      add_lane(n, value);
    }
  }

 private:
  KOKKOS_FORCEINLINE_FUNCTION void add_batch(const std::int64_t n, typename Fold::Value& value) const {
    using T = typename Fold::Element;
    T batch[strips * width];
    const bool all = n + (strips - 1) * threads < size / width;
    TARN_UNROLL
    for (int s = 0; s < strips; ++s) {
      const std::int64_t strip = n + s * threads;
      Strip<typename E::value_type, width> values{};
      if (all) values = expression.template flat_strip<width>(strip);
      TARN_UNROLL
      for (int m = 0; m < width; ++m) {
        batch[s * width + m] = convert<T>(values.values[m]);
        if (!all && strip * width + m < size) batch[s * width + m] = convert<T>(expression.flat(strip * width + m));
      }
    }
    fold.add_batch(value, batch);
  }

  KOKKOS_FORCEINLINE_FUNCTION void add_lane(const std::int64_t n, typename Fold::Value& value) const {
    using T = typename Fold::Element;
    const std::int64_t whole = size / width;
    typename Fold::Lane lane = fold.lane();
    if (n + (strips - 1) * threads < whole) {
      Strip<typename E::value_type, width> values[strips];
      TARN_UNROLL
      for (int s = 0; s < strips; ++s)
        values[s] = expression.template flat_strip<width>(n + s * threads);
      if constexpr (PlaceFold<Fold>) {
        T batch[strips * width];
        TARN_UNROLL
        for (int m = 0; m < strips * width; ++m)
          batch[m] = convert<T>(values[m / width].values[m % width]);
        lane = fold.best_of(batch);
        lane.place = (n + lane.place / width * threads) * width + lane.place % width;
      } else {
        TARN_UNROLL
        for (int m = 0; m < strips * width; ++m)
          fold.add(lane, convert<T>(values[m / width].values[m % width]),
                   (n + m / width * threads) * width + m % width);
      }
    } else {
      for (std::int64_t strip = n; strip < whole; strip += threads) {
        const auto values = expression.template flat_strip<width>(strip);
        for (int m = 0; m < width; ++m)
          fold.add(lane, convert<T>(values.values[m]), strip * width + m);
      }
    }
    if (n == 0) {
      for (std::int64_t m = whole * width; m < size; ++m)
        fold.add(lane, convert<T>(expression.flat(m)), m);
    }
    fold.merge(value, lane);
  }
};

/// On a GPU, any operands: one strip at a time.
template <class E, class Fold>
struct StripFold {
  static constexpr int width = FlatFold<E, Fold>::width;

  E expression;
  Fold fold;
  Strips strips;

  KOKKOS_FUNCTION void operator()(const std::int64_t n, typename Fold::Value& value) const {
    const Place place = strips.place(n, width);
    const std::int64_t left = strips.loop.inner() - place.inner;
    const int count = left < width ? static_cast<int>(left) : width;
    const auto values = expression.template strip<width>(place, count);
    const auto& extents = strips.loop.extents;
    const std::int64_t row = (place.outer[0] * extents[1] + place.outer[1]) * extents[2] + place.outer[2];
    if constexpr (BatchFold<Fold>) {
      typename Fold::Element batch[width];
      TARN_UNROLL
      for (int m = 0; m < width; ++m)
        batch[m] = m < count ? convert<typename Fold::Element>(values.values[m]) : typename Fold::Element(0);
      fold.add_batch(value, batch);
    } else {
      typename Fold::Lane lane = fold.lane();
      TARN_UNROLL
      for (int m = 0; m < width; ++m) {
        if (m < count)
          fold.add(lane, convert<typename Fold::Element>(values.values[m]), row * extents[3] + place.inner + m);
      }
      fold.merge(value, lane);
    }
  }
};

/// The fold's value over a loop; fences.
template <class Exec, class E, class Fold>
typename Fold::Value run_fold(const std::string& label, const Exec& space, const Loop& loop, E expression,
                              const Fold& fold) {
  typename Fold::Value value = start_of(fold);
  const FoldReducer<Fold> reducer(fold, value);
  if constexpr (is_gpu<Exec>) {
    using Flat = FlatFold<E, Fold>;
    if (loop.rows() == 1 && expression.is_contiguous() && expression.is_aligned(Flat::width)) {
      const std::int64_t threads = Flat::threads_for(loop.size());
      Kokkos::parallel_reduce(label, Range<Exec>(space, 0, threads), Flat{expression, fold, loop.size(), threads},
                              reducer);
    } else {
      const Strips strips(loop, Flat::width);
      expression.template mark_packed<Flat::width>(loop.inner());
      Kokkos::parallel_reduce(label, Range<Exec>(space, 0, strips.count()),
                              StripFold<E, Fold>{expression, fold, strips}, reducer);
    }
  } else {
    const Chunks chunks(loop);
    Kokkos::parallel_reduce(label, Range<Exec>(space, 0, chunks.count()), HostFold<E, Fold>{chunks, expression, fold},
                            reducer);
  }
  return value;
}

}  // namespace tarn::ops::detail
