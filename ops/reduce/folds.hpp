#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "tarn/ops/expression/functions.hpp"

// What reductions compute. A fold adds some elements to a Lane, which is short and fast, merges lanes into a Value,
// which is accurate, joins Values, and makes the result. Where two lanes make one, combine() does so. All
// but the conversion of the result is for kernels.

namespace tarn::ops::detail {

inline constexpr std::int64_t no_place = std::numeric_limits<std::int64_t>::max();

/// A sum of doubles with the rounding errors of its additions. Knuth, The Art of Computer Programming 2, 4.2.2.
struct CompensatedSum {
  double sum = 0, error = 0;

  KOKKOS_FORCEINLINE_FUNCTION void add(double x) {
    const double total = sum + x, part = total - sum;
    error += (sum - (total - part)) + (x - part);
    sum = total;
  }
  KOKKOS_FORCEINLINE_FUNCTION double value() const {
    const bool finite = sum - sum == 0;  // infinities leave NaN in the error
    return finite ? sum + error : sum;
  }
};

/// float and double in double, complex in complex double, integers and bool in int64, which wraps around.
template <class T>
using sum_lane = std::conditional_t<std::integral<T>, std::int64_t,
                                    std::conditional_t<ComplexElement<T>, Kokkos::complex<double>, double>>;

/// What a sum of T is, as in NumPy, but that a sum of uint8 is int64.
template <class T>
using sum_type = std::conditional_t<std::integral<T>, std::int64_t, T>;

template <class T>
struct SumFold {
  using Element = T;
  using Lane = sum_lane<T>;
  using Result = sum_type<T>;
  static constexpr bool ordered = false;
  struct Whole {
    std::int64_t sum = 0;
  };
  struct ComplexSum {
    CompensatedSum real, imag;
  };
  using Value =
      std::conditional_t<std::integral<T>, Whole, std::conditional_t<ComplexElement<T>, ComplexSum, CompensatedSum>>;

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return Lane(0); }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, const T& x, std::int64_t) const {
    lane = Add::apply<Lane>(lane, convert<Lane>(x));
  }
  KOKKOS_FORCEINLINE_FUNCTION void combine(Lane& lane, const Lane& other) const {
    lane = Add::apply<Lane>(lane, other);
  }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const {
    if constexpr (std::integral<T>) {
      value.sum = Add::apply<std::int64_t>(value.sum, lane);
    } else if constexpr (ComplexElement<T>) {
      value.real.add(lane.real());
      value.imag.add(lane.imag());
    } else {
      value.add(lane);
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const {
    if constexpr (std::integral<T>) {
      into.sum = Add::apply<std::int64_t>(into.sum, from.sum);
    } else if constexpr (ComplexElement<T>) {
      merge(into, Lane(from.real.sum, from.imag.sum));
      into.real.error += from.real.error;
      into.imag.error += from.imag.error;
    } else {
      into.add(from.sum);
      into.error += from.error;
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION Lane total(const Value& value) const {
    if constexpr (std::integral<T>) {
      return value.sum;
    } else if constexpr (ComplexElement<T>) {
      return Lane(value.real.value(), value.imag.value());
    } else {
      return value.value();
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t) const {
    return convert<Result>(total(value));
  }
};

/// The sum divided by the number of elements; NaN for none.
template <class T>
struct MeanFold : SumFold<T> {
  using Result = T;
  KOKKOS_FORCEINLINE_FUNCTION T result(const typename SumFold<T>::Value& value, std::int64_t count) const {
    return convert<T>(Divide::apply(this->total(value), typename SumFold<T>::Lane(static_cast<double>(count))));
  }
};

/// The square root of the sum.
template <class T>
struct RootFold : SumFold<T> {
  using Result = T;
  KOKKOS_FORCEINLINE_FUNCTION T result(const typename SumFold<T>::Value& value, std::int64_t) const {
    return convert<T>(std::sqrt(this->total(value)));
  }
};

template <class T>
struct ProductFold {
  using Element = T;
  using Lane = sum_lane<T>;
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

/// The variance: the mean of the squared distance from the mean, with `count - ddof` for the count. Each lane sums
/// distances from its first element; lanes are joined after Chan, Golub and LeVeque, "Updating formulae and a pairwise
/// algorithm for computing sample variances", 1979. T is float or double; complex numbers are taken by parts.
template <class T>
struct VarianceFold {
  using Element = T;
  struct Lane {
    Kokkos::complex<double> shift, sum;
    double squares = 0;
    std::int64_t count = 0;
  };
  struct Value {
    Kokkos::complex<double> shift, mean;  ///< the mean is their sum; near a large mean the second part stays exact
    double squares = 0;                   ///< of the distances from the mean
    std::int64_t count = 0;
  };
  using Result = real_of<T>;
  static constexpr bool ordered = false;

  int ddof = 0;
  bool root = false;  ///< whether the result is the standard deviation

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return {}; }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, const T& x, std::int64_t) const {
    const auto number = convert<Kokkos::complex<double>>(x);
    if (lane.count++ == 0) lane.shift = number;
    const double re = number.real() - lane.shift.real();
    lane.sum.real() += re;
    lane.squares += re * re;
    if constexpr (ComplexElement<T>) {
      const double im = number.imag() - lane.shift.imag();
      lane.sum.imag() += im;
      lane.squares += im * im;
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const {
    if (lane.count == 0) return;
    const auto count = static_cast<double>(lane.count);
    const double re = lane.sum.real() / count, im = lane.sum.imag() / count;
    join(value, {lane.shift, {re, im}, lane.squares - (re * lane.sum.real() + im * lane.sum.imag()), lane.count});
  }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const {
    if (from.count == 0) return;
    if (into.count == 0) {
      into = from;
      return;
    }
    const auto a = static_cast<double>(into.count), b = static_cast<double>(from.count);
    const double share = b / (a + b);
    const double re = from.shift.real() - into.shift.real() + (from.mean.real() - into.mean.real());
    const double im = from.shift.imag() - into.shift.imag() + (from.mean.imag() - into.mean.imag());
    into.mean = Kokkos::complex<double>(into.mean.real() + re * share, into.mean.imag() + im * share);
    into.squares += from.squares + (re * re + im * im) * a * share;
    into.count += from.count;
  }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t count) const {
    const std::int64_t freedom = count > ddof ? count - ddof : 0;
    const double variance = (value.squares > 0 ? value.squares : 0 * value.squares) / static_cast<double>(freedom);
    return static_cast<Result>(root ? std::sqrt(variance) : variance);
  }
};

template <class T>
VarianceFold<T> variance_fold(int ddof, bool root) {
  VarianceFold<T> fold;
  fold.ddof = ddof;
  fold.root = root;
  return fold;
}

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
