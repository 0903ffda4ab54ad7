#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <Kokkos_Core.hpp>

#include "tarn/ops/expression/assign_kernels.hpp"
#include "tarn/ops/reduce/folds.hpp"

// The kernels that reduce a whole expression to one value; see fold_axis_kernels.hpp for reductions along axes.

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

/// Elements after which lanes are merged on a host: few enough that a lane stays accurate.
inline constexpr std::int64_t merged_elements = 4096;

/// Adds the upper half of some sums to the lower one until one is left, with the rounding errors; in vectors.
template <int Count>
void add_halves(double* sum, double* error) {
  if constexpr (Count > 1) {
    constexpr int half = Count / 2;
    TARN_SHORT_VECTOR_LOOP
    for (int n = 0; n < half; ++n) {
      CompensatedSum both{sum[n], error[n] + error[n + half]};
      both.add(sum[n + half]);
      sum[n] = both.sum;
      error[n] = both.error;
    }
    add_halves<half>(sum, error);
  }
}

/// Combines the upper half of some lanes with the lower one until one is left.
template <int Count, class Fold>
void combine_halves(const Fold& fold, typename Fold::Lane* lane) {
  if constexpr (Count > 1) {
    constexpr int half = Count / 2;
    TARN_SHORT_VECTOR_LOOP
    for (int n = 0; n < half; ++n)
      fold.combine(lane[n], lane[n + half]);
    combine_halves<half>(fold, lane);
  }
}

/// Merges lanes, a power of two of them, into a value; overwrites them.
template <int Lanes, class Fold>
void merge_lanes(const Fold& fold, typename Fold::Lane* lane, typename Fold::Value& value) {
  if constexpr (std::same_as<typename Fold::Value, CompensatedSum>) {
    alignas(64) double error[Lanes] = {};
    add_halves<Lanes>(lane, error);
    value.add(lane[0]);
    value.error += error[0];
  } else if constexpr (requires { fold.combine(lane[0], lane[0]); }) {
    combine_halves<Lanes>(fold, lane);
    fold.merge(value, lane[0]);
  } else {
    for (int n = 0; n < Lanes; ++n)
      fold.merge(value, lane[n]);
  }
}

/// Adds a bound piece to a value, in lanes that the compiler vectorises.
/// @param first  place of the first element in C order
template <int Lanes, class Fold, class E>
void fold_lanes(const Fold& fold, const E piece, std::int64_t count, std::int64_t first, typename Fold::Value& value) {
  alignas(64) typename Fold::Lane lane[Lanes];
  for (int n = 0; n < Lanes; ++n)
    lane[n] = fold.lane();
  std::int64_t m = 0;
  for (; m + Lanes <= count; m += Lanes) {
    if constexpr (std::is_arithmetic_v<typename Fold::Lane> && Lanes <= 16) {
      TARN_SHORT_VECTOR_LOOP
      for (int n = 0; n < Lanes; ++n)
        fold.add(lane[n], convert<typename Fold::Element>(piece[m + n]), first + m + n);
    } else {  // vectors that stay in registers
      TARN_INDEPENDENT_ITERATIONS
      for (int n = 0; n < Lanes; ++n)
        fold.add(lane[n], convert<typename Fold::Element>(piece[m + n]), first + m + n);
    }
  }
  for (int n = 0; m < count; ++m, ++n)
    fold.add(lane[n], convert<typename Fold::Element>(piece[m]), first + m);
  merge_lanes<Lanes>(fold, lane, value);
}

/// The same in as many lanes as suit the piece: many hide the time that an addition takes, few are merged sooner.
template <class Fold, class E>
void fold_piece(const Fold& fold, const E& piece, std::int64_t count, std::int64_t first, typename Fold::Value& value) {
  constexpr std::int64_t short_piece = 256;
  if constexpr (!std::is_arithmetic_v<typename Fold::Lane>) {
    fold_lanes<4>(fold, piece, count, first, value);
  } else if (count < short_piece) {
    fold_lanes<8>(fold, piece, count, first, value);
  } else {
    fold_lanes<32>(fold, piece, count, first, value);
  }
}

/// The same for extremes of floating-point numbers: vectors have an instruction for those of numbers, and NaN, rare,
/// are looked for beside.
template <FloatElement T, int Sign, class E>
void fold_piece(const ExtremeFold<T, Sign>& fold, const E piece, std::int64_t count, std::int64_t first, T& value) {
  using Flag = std::conditional_t<std::same_as<T, double>, std::int64_t, std::int32_t>;
  constexpr int lanes = 256 / sizeof(T);
  alignas(64) T best[lanes];
  alignas(64) Flag nan[lanes] = {};
  std::fill_n(best, lanes, fold.lane());
  std::int64_t m = 0;
  for (; m + lanes <= count; m += lanes) {
    TARN_INDEPENDENT_ITERATIONS
    for (int n = 0; n < lanes; ++n) {
      const auto x = convert<T>(piece[m + n]);
      best[n] = (Sign > 0 ? x < best[n] : x > best[n]) ? x : best[n];
      nan[n] |= x != x ? 1 : 0;
    }
  }
  for (; m < count; ++m)
    fold.add(value, convert<T>(piece[m]), first + m);
  if (std::any_of(nan, nan + lanes, [](Flag is) { return is != 0; }))
    return fold_lanes<8>(fold, piece, count, first, value);
  merge_lanes<lanes>(fold, best, value);
}

/// The same for places of extremes: the extreme of the piece is found first, by vectors, and its place only where it
/// changes the answer.
template <class T, int Sign, class E>
void fold_piece(const ExtremePlaceFold<T, Sign>& fold, const E& piece, std::int64_t count, std::int64_t first,
                typename ExtremePlaceFold<T, Sign>::Value& value) {
  const ExtremeFold<T, Sign> extremes;
  T best = extremes.lane();
  fold_piece(extremes, piece, count, first, best);
  if (is_nan(value.value)) return;
  const bool better = Sign > 0 ? is_less(best, value.value) : is_less(value.value, best);
  if (!better && !is_nan(best) && value.place != no_place) return;
  const auto is_best = [&](const T& x) { return is_nan(best) ? is_nan(x) : is_equal(x, best); };
  std::int64_t m = 0;
  while (m + 1 < count && !is_best(convert<T>(piece[m])))
    ++m;
  fold.add(value, convert<T>(piece[m]), first + m);
}

template <class E, class Fold>
struct HostFold {
  Chunks chunks;
  E expression;
  Fold fold;

  void operator()(const std::int64_t n, typename Fold::Value& value) const {
    chunks.visit(n, [&](const Place& place, std::int64_t count) { run(place, count, value); });
  }

 private:
  void run(const Place& place, std::int64_t count, typename Fold::Value& value) const {
    const std::int64_t most = expression.is_contiguous() ? merged_elements : piece_elements;
    const auto& extents = chunks.loop.extents;
    for_each_piece(expression, place, count, most, [&](const E& piece, const Place& at, std::int64_t elements) {
      const std::int64_t row = (at.outer[0] * extents[1] + at.outer[1]) * extents[2] + at.outer[2];
      fold_piece(fold, piece, elements, row * extents[3] + at.inner, value);
    });
  }
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
