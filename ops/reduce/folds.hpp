#pragma once

#include <cstdint>
#include <limits>

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/reduce/sum_folds.hpp"

// What reductions compute. A fold adds some elements to a Lane, which is short and fast, merges lanes into a Value,
// which is accurate, joins Values, and makes the result. Where two lanes make one, combine() does so. All
// but the conversion of the result is for kernels.

namespace tarn::ops::detail {

inline constexpr std::int64_t no_place = std::numeric_limits<std::int64_t>::max();

template <class T>
struct ProductFold {
  using Element = T;
  using Lane = wide_type<T>;
  using Value = Lane;
  using Result = sum_type<T>;
  static constexpr bool ordered = false;

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return Lane(1); }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, const T& x, std::int64_t) const {
    lane = Multiply::apply<Lane>(lane, convert<Lane>(x));
  }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const { join(value, lane); }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const {
    into = Multiply::apply<Lane>(into, from);
  }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t) const { return convert<Result>(value); }
};

/// The ends of a real type; infinite where it can be.
template <class T>
inline constexpr T upper_end = std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity()
                                                                    : std::numeric_limits<T>::max();
template <class T>
inline constexpr T lower_end = std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity()
                                                                    : std::numeric_limits<T>::lowest();

/// What every element is at most (Sign 1) or at least (Sign -1).
template <class T, int Sign>
KOKKOS_FORCEINLINE_FUNCTION T extreme() {
  constexpr auto end = Sign > 0 ? upper_end<real_of<T>> : lower_end<real_of<T>>;
  if constexpr (ComplexElement<T>) {
    return T(end, end);
  } else {
    return end;
  }
}

/// The least (Sign 1) or greatest (Sign -1) element; NaN if one is.
template <class T, int Sign>
struct ExtremeFold {
  using Element = T;
  using Lane = T;
  using Value = T;
  using Result = T;
  static constexpr bool ordered = false;

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return extreme<T, Sign>(); }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, const T& x, std::int64_t) const {
    if constexpr (ComplexElement<T>) {
      const bool better = Sign > 0 ? is_less(x, lane) : is_less(lane, x);
      lane = (better || is_nan(x)) && !is_nan(lane) ? x : lane;
    } else {
      const bool at_most_as_good = Sign > 0 ? lane <= x : x <= lane;  // not where either is NaN
      lane = at_most_as_good || is_nan(lane) ? lane : x;
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION void combine(Lane& lane, const Lane& other) const { add(lane, other, 0); }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const { add(value, lane, 0); }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const { add(into, from, 0); }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t) const { return value; }
};

/// Whether some bool is true, or all are; unlike extremes, with an answer for none.
template <class T>
struct AnyFold : ExtremeFold<T, -1> {};
template <class T>
struct AllFold : ExtremeFold<T, 1> {};

/// Where the first least (Sign 1) or greatest (Sign -1) element is, counted in C order; that of the first NaN if there
/// is one.
template <class T, int Sign>
struct ExtremePlaceFold {
  using Element = T;
  struct Lane {
    T value = extreme<T, Sign>();
    std::int64_t place = no_place;
  };
  using Value = Lane;
  using Result = std::int64_t;
  static constexpr bool ordered = true;

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return {}; }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, const T& x, std::int64_t place) const { join(lane, {x, place}); }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const { join(value, lane); }
  /// The best of some elements, with its number among them for a place: cheaper than keeping places on the way.
  template <int Count>
  KOKKOS_FORCEINLINE_FUNCTION Lane best_of(const T (&elements)[Count]) const {
    const ExtremeFold<T, Sign> extremes;
    T best = elements[0];
    TARN_UNROLL
    for (int m = 1; m < Count; ++m)
      extremes.add(best, elements[m], 0);
    int number = 0;
    TARN_UNROLL
    for (int m = Count - 1; m >= 0; --m)
      number = is_equal(elements[m], best) || (is_nan(best) && is_nan(elements[m])) ? m : number;
    return {best, number};
  }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const {
    const bool is_number = !is_nan(from.value), had_number = !is_nan(into.value);
    const bool better = Sign > 0 ? is_less(from.value, into.value) : is_less(into.value, from.value);
    const bool equal = is_number == had_number && (!is_number || is_equal(from.value, into.value));
    if ((had_number && (better || !is_number)) || (equal && from.place < into.place)) into = from;
  }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t) const { return value.place; }
};

/// A fold's Value before the first element.
template <class Fold>
KOKKOS_FORCEINLINE_FUNCTION typename Fold::Value start_of(const Fold& fold) {
  if constexpr (std::same_as<typename Fold::Value, typename Fold::Lane>) {
    return fold.lane();
  } else {
    return {};
  }
}

}  // namespace tarn::ops::detail
