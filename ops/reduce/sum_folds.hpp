#pragma once

#include <cmath>
#include <cstdint>

#include "tarn/ops/expression/functions.hpp"

// The folds that add up; see folds.hpp. Floating-point numbers are added up in double, and every addition keeps what it
// rounds away: a lane is as accurate as a Value, which is one.

namespace tarn::ops::detail {

/// A sum of doubles with the rounding errors of its additions. Knuth, The Art of Computer Programming 2, 4.2.2.
struct CompensatedSum {
  double sum = 0, error = 0;

  KOKKOS_FORCEINLINE_FUNCTION void add(double x) {
    const double total = sum + x, part = total - sum;
    error += (sum - (total - part)) + (x - part);
    sum = total;
  }
  KOKKOS_FORCEINLINE_FUNCTION void add(const CompensatedSum& other) {
    add(other.sum);
    error += other.error;
  }
  KOKKOS_FORCEINLINE_FUNCTION double value() const {
    const double whole = sum + error;
    return whole - whole == 0 ? whole : sum;  // infinities leave NaN in the error
  }
};

struct CompensatedComplexSum {
  CompensatedSum real, imag;

  KOKKOS_FORCEINLINE_FUNCTION void add(const Kokkos::complex<double>& z) {
    real.add(z.real());
    imag.add(z.imag());
  }
  KOKKOS_FORCEINLINE_FUNCTION void add(const CompensatedComplexSum& other) {
    real.add(other.real);
    imag.add(other.imag);
  }
  KOKKOS_FORCEINLINE_FUNCTION Kokkos::complex<double> value() const { return {real.value(), imag.value()}; }
};

/// A sum of integers, which wraps around.
struct WrappingSum {
  std::int64_t sum = 0;

  KOKKOS_FORCEINLINE_FUNCTION void add(std::int64_t x) { sum = Add::apply<std::int64_t>(sum, x); }
  KOKKOS_FORCEINLINE_FUNCTION void add(const WrappingSum& other) { add(other.sum); }
  KOKKOS_FORCEINLINE_FUNCTION std::int64_t value() const { return sum; }
};

/// The type that elements are added up and multiplied in: float and double in double, complex in complex double,
/// integers and bool in int64, which wraps around.
template <class T>
using wide_type = std::conditional_t<std::integral<T>, std::int64_t,
                                     std::conditional_t<ComplexElement<T>, Kokkos::complex<double>, double>>;

/// What a sum of T is, as in NumPy, but that a sum of uint8 is int64.
template <class T>
using sum_type = std::conditional_t<std::integral<T>, std::int64_t, T>;

template <class T>
struct SumFold {
  using Element = T;
  using Value = std::conditional_t<std::integral<T>, WrappingSum,
                                   std::conditional_t<ComplexElement<T>, CompensatedComplexSum, CompensatedSum>>;
  using Lane = std::conditional_t<std::integral<T>, std::int64_t, Value>;
  using Result = sum_type<T>;
  static constexpr bool ordered = false;

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return {}; }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, const T& x, std::int64_t) const {
    if constexpr (std::integral<T>) {
      lane = Add::apply<std::int64_t>(lane, convert<std::int64_t>(x));
    } else {
      lane.add(convert<wide_type<T>>(x));
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION void combine(Lane& lane, const Lane& other) const {
    if constexpr (std::integral<T>) {
      lane = Add::apply<std::int64_t>(lane, other);
    } else {
      lane.add(other);
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const { value.add(lane); }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const { into.add(from); }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t) const {
    return convert<Result>(value.value());
  }
};

/// The sum divided by the number of elements; NaN for none.
template <class T>
struct MeanFold : SumFold<T> {
  using Result = T;
  KOKKOS_FORCEINLINE_FUNCTION T result(const typename SumFold<T>::Value& value, std::int64_t count) const {
    return convert<T>(Divide::apply(value.value(), wide_type<T>(static_cast<double>(count))));
  }
};

/// The square root of the sum.
template <class T>
struct RootFold : SumFold<T> {
  using Result = T;
  KOKKOS_FORCEINLINE_FUNCTION T result(const typename SumFold<T>::Value& value, std::int64_t) const {
    return convert<T>(std::sqrt(value.value()));
  }
};

/// A fold whose lanes are compensated sums: they lose nothing however many elements are added, so that nothing has to
/// be merged on the way.
template <class Fold>
concept CompensatedFold =
    std::same_as<typename Fold::Lane, CompensatedSum> || std::same_as<typename Fold::Lane, CompensatedComplexSum>;

/// The variance: the mean of the squared distance from the mean, with `count - ddof` for the count. Each lane sums
/// distances from its first element; lanes are joined after Chan, Golub and LeVeque, "Updating formulae and a pairwise
/// algorithm for computing sample variances", 1979. T is float or double; complex numbers are taken by parts.
template <class T>
struct VarianceFold {
  using Element = T;
  using Number = wide_type<T>;
  struct Lane {
    Number shift{}, sum{};
    double squares = 0;
    std::int64_t count = 0;
  };
  struct Value {
    Number shift{}, mean{};  ///< the mean is their sum; near a large mean the second part stays exact
    CompensatedSum squares;  ///< of the distances from the mean
    std::int64_t count = 0;
  };
  using Result = real_of<T>;
  static constexpr bool ordered = false;

  int ddof = 0;
  bool root = false;  ///< whether the result is the standard deviation

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return {}; }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, const T& x, std::int64_t) const {
    const auto number = convert<Number>(x);
    if (lane.count++ == 0) lane.shift = number;
    const Number distance = number - lane.shift;
    lane.sum += distance;
    lane.squares += product(distance, distance);
  }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const {
    if (lane.count == 0) return;
    const Number mean = lane.sum / static_cast<double>(lane.count);
    join(value, {lane.shift, mean, {lane.squares - product(mean, lane.sum), 0}, lane.count});
  }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const {
    if (from.count == 0) return;
    if (into.count == 0) {
      into = from;
      return;
    }
    const auto a = static_cast<double>(into.count), b = static_cast<double>(from.count);
    const double share = b / (a + b);
    const Number distance = (from.shift - into.shift) + (from.mean - into.mean);
    into.mean += distance * share;
    into.squares.add(from.squares);
    into.squares.add(product(distance, distance) * (a * share));
    into.count += from.count;
  }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t count) const {
    const std::int64_t freedom = count > ddof ? count - ddof : 0;
    const double squares = value.squares.value();
    const double variance = (squares > 0 ? squares : 0 * squares) / static_cast<double>(freedom);
    return static_cast<Result>(root ? std::sqrt(variance) : variance);
  }

 private:
  /// The real part of a times the conjugate of b.
  KOKKOS_FORCEINLINE_FUNCTION static double product(const Number& a, const Number& b) {
    if constexpr (ComplexElement<Number>) {
      return a.real() * b.real() + a.imag() * b.imag();
    } else {
      return a * b;
    }
  }
};

template <class T>
VarianceFold<T> variance_fold(int ddof, bool root) {
  VarianceFold<T> fold;
  fold.ddof = ddof;
  fold.root = root;
  return fold;
}

}  // namespace tarn::ops::detail
