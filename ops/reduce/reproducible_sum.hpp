#pragma once

#include <cstdint>

#include <Kokkos_Core.hpp>

#include "tarn/core/parallel/communicator.hpp"

// Sums of floating-point numbers with the same bits for every order of the terms, and so for every number of
// ranks, launch shape and device. Each term is cut into three fixed-point digits whose units follow from a
// bound that all terms share; digits are 64-bit integers, whose sums are exact and associative. The idea is
// that of Demmel and Nguyen, Fast reproducible floating-point summation, ARITH 2013, and of Ahrens, Demmel
// and Nguyen, Algorithms for efficient reproducible floating point summation, ACM TOMS 46 (2020), with
// integers for the bins.

namespace tarn::ops {

/// The units of the three digits: 2^(exponent - bits), and each next one 2^bits finer.
///
/// At most `terms` <= 2^(62 - bits) terms of magnitude below 2^exponent are added. A digit's magnitude is at
/// most 2^bits, so no sum of digits exceeds 2^62: overflow is impossible. What is cut off below the last
/// digit is less than terms * 2^(exponent - 3 bits) in all, at most 2^-62 of the bound up to 2^31 terms.
struct SumUnits {
  /// @param bound  at least the magnitude of every term, finite
  /// @param terms  number of terms of all ranks, 1 to 2^42
  /// @throws Error if bound or terms is out of range
  SumUnits(double bound, std::int64_t terms);

  int bits = 0;
  int exponent = 0;
  double scale = 1;  ///< 2^(bits - exponent)
  double step = 1;   ///< 2^bits
};

/// A sum in digits, most significant first; for kernels.
struct DigitSum {
  std::int64_t digits[3] = {0, 0, 0};

  /// Adds a term. The scaling and the remainders are exact, except that a term 2^-1000 times smaller than the
  /// bound may lose bits that lie below the last digit anyway.
  KOKKOS_FUNCTION void add(const SumUnits& units, double term) {
    double rest = term * units.scale;
    for (int n = 0; n < 3; ++n) {
      const auto digit = static_cast<std::int64_t>(rest);  // towards zero: the rest keeps the sign
      digits[n] += digit;
      rest = (rest - static_cast<double>(digit)) * units.step;
    }
  }

  KOKKOS_FUNCTION DigitSum& operator+=(const DigitSum& other) {
    for (int n = 0; n < 3; ++n)
      digits[n] += other.digits[n];
    return *this;
  }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void operator+=(const volatile DigitSum& other) volatile {
    for (int n = 0; n < 3; ++n)
      digits[n] = digits[n] + other.digits[n];
  }
};

/// Adds the digits of all ranks, in place; collective.
void add_over_ranks(const Communicator& communicator, DigitSum* sums, int count);

/// The sum as a number: exact where a double holds it, otherwise within two units in the last place of what
/// the digits hold; infinite if it is beyond the largest double.
/// @param power_of_two  the result is multiplied by 2^power_of_two before it is rounded to the range of a
/// double
double to_double(const DigitSum& sum, const SumUnits& units, int power_of_two = 0);

}  // namespace tarn::ops

template <>
struct Kokkos::reduction_identity<tarn::ops::DigitSum> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::DigitSum sum() { return {}; }
};
