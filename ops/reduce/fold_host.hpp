#pragma once

#include <algorithm>
#include <cstdint>

#include "tarn/ops/expression/assign_kernels.hpp"
#include "tarn/ops/reduce/folds.hpp"

// How a host folds an expression: in pieces, and these in lanes for the vectors of a processor.

namespace tarn::ops::detail {

/// Elements after which lanes are merged on a host: few enough that a lane stays accurate.
inline constexpr std::int64_t merged_elements = 4096;

/// How many elements ahead the memory is asked for.
inline constexpr std::int64_t fetched_ahead = 512;

/// Some lanes of a fold on a host.
template <class Fold, int Count>
struct Lanes {
  alignas(64) typename Fold::Lane lane[Count];

  void clear(const Fold& fold, std::int64_t count) { std::fill_n(lane, count, fold.lane()); }
  void add(const Fold& fold, std::int64_t n, const typename Fold::Element& x, std::int64_t place) {
    fold.add(lane[n], x, place);
  }
  /// Merges lane number n into a value.
  void merge(const Fold& fold, std::int64_t n, typename Fold::Value& value) const { fold.merge(value, lane[n]); }
  /// Merges all of them, a power of two, into a value; overwrites them.
  void merge_all(const Fold& fold, typename Fold::Value& value) {
    if constexpr (requires { fold.combine(lane[0], lane[0]); }) {
      combine_halves<Count>(fold);
      fold.merge(value, lane[0]);
    } else {
      for (int n = 0; n < Count; ++n)
        fold.merge(value, lane[n]);
    }
  }

 private:
  /// Combines the upper half of some lanes with the lower one until one is left.
  template <int Left>
  void combine_halves(const Fold& fold) {
    if constexpr (Left > 1) {
      constexpr int half = Left / 2;
      TARN_SHORT_VECTOR_LOOP
      for (int n = 0; n < half; ++n)
        fold.combine(lane[n], lane[n + half]);
      combine_halves<half>(fold);
    }
  }
};

/// Sums and their errors in arrays of their own, of which the compiler makes vectors. The two parts of a complex number
/// stand beside each other, as in memory.
template <CompensatedFold Fold, int Count>
struct Lanes<Fold, Count> {
  using Element = typename Fold::Element;
  static constexpr int parts = ComplexElement<Element> ? 2 : 1;
  alignas(64) double sum[parts * Count];
  alignas(64) double error[parts * Count];

  void clear(const Fold&, std::int64_t count) {
    std::fill_n(sum, parts * count, 0.0);
    std::fill_n(error, parts * count, 0.0);
  }
  void add(const Fold&, std::int64_t n, const Element& x, std::int64_t) {
    if constexpr (parts == 2) {
      add_part(2 * n, x.real());
      add_part(2 * n + 1, x.imag());
    } else {
      add_part(n, x);
    }
  }
  void merge(const Fold& fold, std::int64_t n, typename Fold::Value& value) const {
    if constexpr (parts == 2) {
      fold.join(value, {{sum[2 * n], error[2 * n]}, {sum[2 * n + 1], error[2 * n + 1]}});
    } else {
      fold.join(value, {sum[n], error[n]});
    }
  }
  void merge_all(const Fold& fold, typename Fold::Value& value) {
    add_halves<parts * Count>();
    merge(fold, 0, value);
  }

 private:
  void add_part(std::int64_t n, double x) {
    CompensatedSum part{sum[n], error[n]};
    part.add(x);
    sum[n] = part.sum;
    error[n] = part.error;
  }
  template <int Left>
  void add_halves() {
    if constexpr (Left > parts) {
      constexpr int half = Left / 2;
      TARN_SHORT_VECTOR_LOOP
      for (int n = 0; n < half; ++n) {
        error[n] += error[n + half];
        add_part(n, sum[n + half]);
      }
      add_halves<half>();
    }
  }
};

/// Adds a bound piece to a value, in lanes that the compiler vectorises.
/// @param first  place of the first element in C order
template <int Count, class Fold, class E>
void fold_lanes(const Fold& fold, const E piece, std::int64_t count, std::int64_t first, typename Fold::Value& value) {
  Lanes<Fold, Count> lanes;
  lanes.clear(fold, Count);
  std::int64_t m = 0;
  for (; m + Count <= count; m += Count) {
    // The many operations of a compensated sum leave the processor no room to look ahead itself.
    if constexpr (CompensatedFold<Fold>) fetch<Count>(piece, m + fetched_ahead);
    if constexpr ((std::is_arithmetic_v<typename Fold::Lane> || CompensatedFold<Fold>)&&Count <= 16) {
      TARN_SHORT_VECTOR_LOOP
      for (int n = 0; n < Count; ++n)
        lanes.add(fold, n, convert<typename Fold::Element>(piece[m + n]), first + m + n);
    } else {  // vectors that stay in registers
      TARN_INDEPENDENT_ITERATIONS
      for (int n = 0; n < Count; ++n)
        lanes.add(fold, n, convert<typename Fold::Element>(piece[m + n]), first + m + n);
    }
  }
  for (int n = 0; m < count; ++m, ++n)
    lanes.add(fold, n, convert<typename Fold::Element>(piece[m]), first + m);
  lanes.merge_all(fold, value);
}

/// The same in as many lanes as suit the piece: many hide the time that an addition takes, few are merged sooner.
template <class Fold, class E>
void fold_piece(const Fold& fold, const E& piece, std::int64_t count, std::int64_t first, typename Fold::Value& value) {
  constexpr std::int64_t short_piece = 256;
  if constexpr (CompensatedFold<Fold>) {
    fold_lanes<Lanes<Fold, 1>::parts == 2 ? 8 : 16>(fold, piece, count, first, value);
  } else if constexpr (!std::is_arithmetic_v<typename Fold::Lane>) {
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
  Lanes<ExtremeFold<T, Sign>, lanes> best;
  alignas(64) Flag nan[lanes] = {};
  best.clear(fold, lanes);
  std::int64_t m = 0;
  for (; m + lanes <= count; m += lanes) {
    TARN_INDEPENDENT_ITERATIONS
    for (int n = 0; n < lanes; ++n) {
      const auto x = convert<T>(piece[m + n]);
      T& lane = best.lane[n];
      lane = (Sign > 0 ? x < lane : x > lane) ? x : lane;
      nan[n] |= x != x ? 1 : 0;
    }
  }
  for (; m < count; ++m)
    fold.add(value, convert<T>(piece[m]), first + m);
  if (std::any_of(nan, nan + lanes, [](Flag is) { return is != 0; }))
    return fold_lanes<8>(fold, piece, count, first, value);
  best.merge_all(fold, value);
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
