#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "tarn/ops/reduce/fold_kernels.hpp"
#include "tarn/ops/reduce/reproducible_sum.hpp"

// How terms go into a BinnedSum: some at once, so that what depends on the largest of them is done once.

namespace tarn::ops::detail {

/// Exponents of some terms as the bits of doubles have them: 0 for subnormal numbers, 2047 for what is not finite.
struct TermRange {
  static constexpr int not_finite = 2047;

  int largest = 0;
  int least = 4095;  ///< of the terms that are not 0, or 1 less
};

/// Finds a TermRange in the upper halves of the bits, as a GPU does best.
struct UpperRange {
  std::uint32_t largest = 0, least = 0xffffffff;

  KOKKOS_FORCEINLINE_FUNCTION void add(double x) {
    const auto upper = static_cast<std::uint32_t>(portable::bits_of(x) >> 32) & 0x7fffffff;
    largest = upper > largest ? upper : largest;
    least = upper - 1 < least ? upper - 1 : least;  // 0 becomes the greatest
  }
  KOKKOS_FORCEINLINE_FUNCTION TermRange range() const {
    return {static_cast<int>(largest >> 20), static_cast<int>(least >> 20)};
  }
};

/// Finds a TermRange in all bits of a float or double, as vectors of a host do best.
template <class T>
struct WholeRange {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  static constexpr int mantissa = std::numeric_limits<T>::digits - 1;
  static constexpr int highest = 2 * std::numeric_limits<T>::max_exponent - 1;  ///< exponent of what is not finite

  Bits largest = 0, least = std::numeric_limits<Bits>::max();

  void add(T x) {
    Bits bits;
    std::memcpy(&bits, &x, sizeof bits);
    const Bits magnitude = bits << 1;
    largest = std::max<Bits>(largest, magnitude);
    least = std::min<Bits>(least, magnitude - 1);
  }
  TermRange range() const {
    constexpr int shift = mantissa + 1, to_double = (TermRange::not_finite - highest) / 2;
    const auto exponent = static_cast<int>(largest >> shift);
    return {exponent == highest ? TermRange::not_finite : exponent + to_double,
            static_cast<int>(least >> shift) + to_double};
  }
};

/// Replaces an infinity or NaN by 0, and says which it was; 0 for other numbers.
KOKKOS_FORCEINLINE_FUNCTION std::int32_t take_special(double& x) {
  if (x - x == 0) return 0;
  const std::int32_t special = x != x ? BinnedSum::nan : x > 0 ? BinnedSum::up : BinnedSum::down;
  x = 0;
  return special;
}

/// A number with its last bit set: never half-way between multiples of a unit that is far above that bit, and on the
/// same side of such places as before or, from there, away from zero.
KOKKOS_FORCEINLINE_FUNCTION double off_half_way(double x) {
  return portable::from_bits(portable::bits_of(x) | 1);
}

/// How terms are cut into the bins of a sum.
struct Cut {
  static constexpr int unknown = -4096;  ///< below all

  int unit;      ///< power of two of the coarsest unit, when terms are scaled
  int lowest;    ///< power of two that all scaled terms are multiples of
  double scale;  ///< a power of two

  /// @param top       bin that no term is above
  /// @param mantissa  bits of a term after its first
  KOKKOS_FORCEINLINE_FUNCTION Cut(const SumBins& bins, int top, const TermRange& range, int mantissa)
      : unit(bins.unit(top)), lowest(range.least - 1023 - mantissa), scale(1) {
    // Sums of units near the ends of a double's range are made far from there. Scaling down drops bits far below the
    // last bin. Subnormal terms, of which `least` does not know all, have digits only where terms are scaled up.
    const bool huge = unit > 970, tiny = unit - (BinnedSum::bins - 1) * bins.bits < -1000;
    if (huge || tiny) {
      const int power = huge ? -6 * bins.bits : 6 * bins.bits;
      scale = portable::from_bits(static_cast<std::uint64_t>(1023 + power) << 52);
      unit += power;
      lowest = unknown;
    }
  }
};

/// 1.5 * 2^(52 + unit): a number of its size has 2^unit for its last bit, so adding a term rounds the term to that. The
/// bits of such numbers, as integers, differ by the difference in units.
KOKKOS_FORCEINLINE_FUNCTION double rounder(int unit) {
  return portable::from_bits((static_cast<std::uint64_t>(1075 + unit) << 52) | (std::uint64_t{1} << 51));
}

/// Adds terms that are in registers, at most 2^19.
/// @param x  overwritten
template <int Count>
KOKKOS_FORCEINLINE_FUNCTION void add_terms(const SumBins& bins, int mantissa, double (&x)[Count], BinnedSum& sum) {
  UpperRange found;
  TARN_UNROLL
  for (int m = 0; m < Count; ++m)
    found.add(x[m]);
  if (found.range().largest == TermRange::not_finite) {
    found = {};
    TARN_UNROLL
    for (int m = 0; m < Count; ++m) {
      sum.specials |= take_special(x[m]);
      found.add(x[m]);
    }
  }
  const TermRange range = found.range();
  sum.raise(bins.top(range.largest));
  const Cut cut(bins, sum.top, range, mantissa);
  if (cut.scale != 1) {
    TARN_UNROLL
    for (int m = 0; m < Count; ++m)
      x[m] *= cut.scale;
  }
  int unit = cut.unit;
  TARN_UNROLL
  for (int n = 0; n < BinnedSum::bins; ++n) {
    const bool last = n == BinnedSum::bins - 1 || cut.lowest >= unit;
    const double start = rounder(unit);
    double total = start;
    if (last) {
      TARN_UNROLL
      for (int m = 0; m < Count; ++m)
        total += off_half_way(x[m]);
    } else {
      TARN_UNROLL
      for (int m = 0; m < Count; ++m) {
        const double next = total + off_half_way(x[m]);
        x[m] -= next - total;
        total = next;
      }
    }
    sum.digits[n] += static_cast<std::int64_t>(portable::bits_of(total) - portable::bits_of(start));
    if (last) break;
    unit -= bins.bits;
  }
}

/// The digits of terms in loops that a host's compiler vectorises, and the range of the terms.
struct DigitSums {
  std::int64_t digits[BinnedSum::bins]{};
  TermRange range;

  /// @param unit, bits  powers of two of the coarsest unit, and between units
  template <int Digits, class T, class E>
  void make(int unit, int bits, const E& terms, std::int64_t first, std::int64_t count) {
    std::uint64_t total[Digits]{};
    WholeRange<T> found;
    double start[Digits];
    for (int n = 0; n < Digits; ++n)
      start[n] = rounder(unit - n * bits);
    for (std::int64_t m = 0; m < count; ++m) {
      const T term = convert<T>(terms[first + m]);
      found.add(term);
      double rest = term;
      TARN_UNROLL
      for (int n = 0; n < Digits; ++n) {
        const double rounded = start[n] + off_half_way(rest);
        total[n] += portable::bits_of(rounded);
        rest -= rounded - start[n];
      }
    }
    for (int n = 0; n < Digits; ++n)
      digits[n] = static_cast<std::int64_t>(total[n] - static_cast<std::uint64_t>(count) * portable::bits_of(start[n]));
    range = found.range();
  }
};

/// @param count  of digits, 1 to 4
template <class T, class E>
DigitSums sum_digits(int count, int unit, int bits, const E& terms, std::int64_t first, std::int64_t elements) {
  DigitSums sums;
  if (count <= 2) {
    sums.make<2, T>(unit, bits, terms, first, elements);
  } else if (count == 3) {
    sums.make<3, T>(unit, bits, terms, first, elements);
  } else {
    sums.make<BinnedSum::bins, T>(unit, bits, terms, first, elements);
  }
  return sums;
}

/// Adds terms that are in memory.
/// @param x  overwritten
/// @returns the digits that they needed
inline int add_terms(const SumBins& bins, int mantissa, double* x, std::int64_t count, BinnedSum& sum) {
  const auto find_range = [&] {
    WholeRange<double> found;
    for (std::int64_t m = 0; m < count; ++m)
      found.add(x[m]);
    return found.range();
  };
  TermRange range = find_range();
  if (range.largest == TermRange::not_finite) {
    for (std::int64_t m = 0; m < count; ++m)
      sum.specials |= take_special(x[m]);
    range = find_range();
  }
  sum.raise(bins.top(range.largest));
  const Cut cut(bins, sum.top, range, mantissa);
  if (cut.scale != 1) {
    for (std::int64_t m = 0; m < count; ++m)
      x[m] *= cut.scale;
  }
  int needed = 1;
  while (needed < BinnedSum::bins && cut.lowest < cut.unit - (needed - 1) * bins.bits)
    ++needed;
  sum.add(sum_digits<double>(needed, cut.unit, bins.bits, x, 0, count).digits);
  return needed;
}

/// Adds float or double terms up in bins; its kernels take some elements at once.
template <class T>
struct BinnedFold {
  using Element = T;
  using Lane = void;  ///< elements come at once
  using Value = BinnedSum;
  using Result = BinnedSum;
  static constexpr bool ordered = false;
  static constexpr int mantissa = std::numeric_limits<T>::digits - 1;

  SumBins bins;

  /// Elements that are not there are 0.
  template <int Count>
  KOKKOS_FORCEINLINE_FUNCTION void add_batch(Value& value, const T (&elements)[Count]) const {
    double x[Count];
    TARN_UNROLL
    for (int m = 0; m < Count; ++m)
      x[m] = elements[m];
    add_terms(bins, mantissa, x, value);
  }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const { into += from; }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t) const { return value; }
};

/// Adds terms as if they were like those before: none above the sum's top bin, and with digits as many as those needed.
/// @returns whether they were; if not, the sum is as before
template <class T, class E>
bool add_alike(const BinnedFold<T>& fold, int needed, const E& piece, std::int64_t first, std::int64_t count,
               BinnedSum& sum) {
  const SumBins& bins = fold.bins;
  const DigitSums sums = sum_digits<T>(needed, bins.unit(sum.top), bins.bits, piece, first, count);
  if (sums.range.largest == TermRange::not_finite || bins.top(sums.range.largest) > sum.top) return false;
  const Cut cut(bins, sum.top, sums.range, fold.mantissa);
  if (cut.scale != 1) return false;
  if (needed < BinnedSum::bins && cut.lowest < cut.unit - (needed - 1) * bins.bits) return false;
  sum.add(sums.digits);
  return true;
}

/// Adds a bound piece, some elements at once that the nearest cache holds.
template <class T, class E>
void fold_piece(const BinnedFold<T>& fold, const E& piece, std::int64_t count, std::int64_t, BinnedSum& sum) {
  constexpr std::int64_t at_once = 512;
  int needed = 0;
  for (std::int64_t first = 0; first < count; first += at_once) {
    const std::int64_t elements = std::min(at_once, count - first);
    if (needed > 0 && add_alike(fold, needed, piece, first, elements, sum)) continue;
    alignas(64) double x[at_once];
    for (std::int64_t m = 0; m < elements; ++m)
      x[m] = convert<T>(piece[first + m]);
    needed = add_terms(fold.bins, fold.mantissa, x, elements, sum);
  }
}

}  // namespace tarn::ops::detail
