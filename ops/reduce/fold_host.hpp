#pragma once

#include <algorithm>
#include <cstdint>

#include "tarn/ops/expression/assign_kernels.hpp"
#include "tarn/ops/reduce/folds.hpp"

// How a host folds an expression: in pieces, and these in lanes for the vectors of a processor.

namespace tarn::ops::detail {

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

}  // namespace tarn::ops::detail
