#pragma once

#include <cstdint>

#include <Kokkos_Core.hpp>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/pragmas.hpp"
#include "tarn/ops/portable/double_double.hpp"

// Sums of floating-point numbers with the same bits for every order of the terms, and so for every number of ranks,
// launch shape and device, in one pass.
//
// Bins stand on a fixed grid: bin b has the unit 2^(bits b + first), whatever the data. A term is cut into multiples of
// units, its digits: it is rounded to the unit of a bin (halves away from zero), what is left is rounded to the next
// finer unit, and so on. The top bin of a term is the least whose next coarser one would round it to 0, so digits of a
// term depend on the term alone. A sum keeps the digits of four bins, from the top bin of its largest term downwards,
// as integers, whose addition is exact and has no order; when a larger term comes, what lies below its four bins is
// dropped. That leaves the sum over all terms of their digits in the four bins of the largest of all: in every order.
//
// Error: with n terms of which the largest is m, what is dropped is at most n m 2^(-3 bits), then the sum is rounded
// once; bits = 32 up to 2^31 terms, so n m 2^-96 <= m 2^-65, less than the rounding of the largest term alone. Above,
// bits = 63 - ceil(log2 n), and the bound is n m 2^(-3 bits): m 2^-53 for 2^34 terms.
//
// J. Demmel, H. D. Nguyen, Fast reproducible floating-point summation, ARITH 2013; P. Ahrens, J. Demmel, H. D. Nguyen,
// Algorithms for efficient reproducible floating point summation, ACM TOMS 46 (2020), here with integers for the bins.

namespace tarn::ops {

/// The grid of bins for sums of a number of terms. Bins are numbered from above 0, coarser upwards.
///
/// A digit's magnitude is at most 2^(bits - 1), so that no sum of digits exceeds 2^62.
struct SumBins {
  /// @param terms  number of terms of all ranks, 1 to 2^42
  /// @throws Error if it is out of range
  explicit SumBins(std::int64_t terms);

  /// The top bin of terms below 2^(exponent - 1022), where exponent is 0 to 2046, as a double has it in its bits. It
  /// grows with the exponent.
  KOKKOS_FORCEINLINE_FUNCTION int top(int exponent) const {
    return static_cast<int>((static_cast<unsigned>(exponent + offset) * reciprocal) >> 17);
  }
  /// The power of two that is a bin's unit; beyond a double's range for the outermost.
  KOKKOS_FORCEINLINE_FUNCTION int unit(int bin) const { return bits * bin + first; }

  int bits = 0;             ///< 21 to 32
  int first = 0;            ///< power of two of the unit of bin 0
  int offset = 0;           ///< brings the exponents of doubles to 0 and above
  unsigned reciprocal = 0;  ///< of bits, times 2^17
};

/// A sum in digits of four bins; for kernels.
struct BinnedSum {
  static constexpr int bins = 4;  ///< digits that are kept
  /// Values that are no numbers, as bits.
  enum Special : std::int32_t { nan = 1, up = 2, down = 4 };

  std::int32_t top = 0;         ///< bin of digits[0]; 0, where no term is, for no terms
  std::int32_t specials = 0;    ///< which of NaN and the infinities are among the terms
  std::int64_t digits[bins]{};  ///< coarsest first

  /// Makes `bin` the top one, unless the top is above it.
  KOKKOS_FORCEINLINE_FUNCTION void raise(std::int32_t bin) {
    if (bin <= top) return;
    const int steps = bin - top < bins ? bin - top : bins;
    for (int step = 0; step < steps; ++step) {
      TARN_UNROLL
      for (int n = bins - 1; n > 0; --n)
        digits[n] = digits[n - 1];
      digits[0] = 0;
    }
    top = bin;
  }
  /// adds digits of the same units
  KOKKOS_FORCEINLINE_FUNCTION void add(const std::int64_t (&others)[bins]) {
    TARN_UNROLL
    for (int n = 0; n < bins; ++n)
      digits[n] += others[n];
  }
  /// the order of additions does not matter
  KOKKOS_FORCEINLINE_FUNCTION BinnedSum& operator+=(BinnedSum other) {
    raise(other.top);
    other.raise(top);
    add(other.digits);
    specials |= other.specials;
    return *this;
  }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void operator+=(const volatile BinnedSum& other) volatile {
    const_cast<BinnedSum&>(*this) += const_cast<const BinnedSum&>(other);
  }
};

/// Adds up the sums of all ranks, in place; collective.
/// @param sums  each of terms below the number of all ranks that their bins were made for
void add_over_ranks(const Communicator& communicator, BinnedSum* sums, int count);

/// The sum as a number: what the digits hold, rounded to the nearest once; infinite if it is beyond the largest number,
/// or with an infinite term; NaN with a NaN or with infinities of both signs.
/// @tparam T            float or double
/// @param power_of_two  the result is multiplied by 2^power_of_two
template <class T>
T to_number(const BinnedSum& sum, const SumBins& bins, int power_of_two = 0);

}  // namespace tarn::ops

/// @cond
template <>
struct Kokkos::reduction_identity<tarn::ops::BinnedSum> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::BinnedSum sum() { return {}; }
};
/// @endcond
