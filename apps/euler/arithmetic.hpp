#pragma once

#include <cmath>

#include "tarn/core/space.hpp"

// Divisions and square roots of the schemes, in two ways that round alike.

namespace tarn::apps::euler {

/// As compilers do them.
struct Plain {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real quotient(Real a, Real b) const {
    return a / b;
  }
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real root(Real a) const {
    return std::sqrt(a);
  }
};

#if defined(TARN_GPU)

/// On a GPU a division of doubles is a sequence of fused multiplications and additions, with a branch to a function for
/// numbers near the ends of their range. Those branches cut kernels into pieces, between which nothing overlaps. Here
/// the same sequence runs without a branch: the result is rounded right where the numbers and the result are far from
/// the ends, or the dividend is zero, and `doubt` is set where they are not. What was computed with doubt is of no use.
///
/// P. Markstein, Computation of elementary functions on the IBM RISC System/6000 processor, IBM J. Res. Dev. 34 (1990)
/// 111-119.
struct Quick {
  bool* doubt;

  KOKKOS_FORCEINLINE_FUNCTION float quotient(float a, float b) const { return a / b; }
  KOKKOS_FORCEINLINE_FUNCTION float root(float a) const { return std::sqrt(a); }

#if defined(__CUDA_ARCH__)
  KOKKOS_FORCEINLINE_FUNCTION double quotient(double a, double b) const {
    const bool zero = (twice_high(a) | static_cast<unsigned>(__double2loint(a))) == 0;
    double r;
    asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(r) : "d"(b));
    double e = __fma_rn(-b, r, 1.0);
    r = __fma_rn(r, __fma_rn(e, e, e), r);
    e = __fma_rn(-b, r, 1.0);
    r = __fma_rn(r, e, r);
    const double q = __dmul_rn(a, r);
    *doubt |= zero ? !is_normal(b) : is_all_ones(b) | !(is_moderate(a) & is_moderate(b) & is_moderate(q));
    const double better = __fma_rn(r, __fma_rn(-b, q, a), q);
    return zero ? q : better;  // the sum would lose the sign of a zero
  }

  KOKKOS_FORCEINLINE_FUNCTION double root(double a) const {
    *doubt |= !is_moderate(a) | (__double2hiint(a) < 0);
    double r;
    asm("rsqrt.approx.ftz.f64 %0, %1;" : "=d"(r) : "d"(a));
    const double e = __fma_rn(-a, __dmul_rn(r, r), 1.0);
    r = __fma_rn(__fma_rn(e, 0.375, 0.5), __dmul_rn(r, e), r);
    const double g = __dmul_rn(a, r);
    return __fma_rn(__fma_rn(-g, g, a), __dmul_rn(r, 0.5), g);
  }

 private:
  /// The upper half of a number without its sign; the exponent begins at bit 21.
  static KOKKOS_FORCEINLINE_FUNCTION unsigned twice_high(double a) {
    return static_cast<unsigned>(__double2hiint(a)) << 1;
  }
  /// From 2^-960 to 2^960: remainders, smaller by 2^-53, are normal numbers too.
  static KOKKOS_FORCEINLINE_FUNCTION bool is_moderate(double a) {
    return twice_high(a) - (63u << 21) < (1920u << 21);
  }
  /// Of such a divisor the reciprocal, just above a power of 2, may come out as this power.
  static KOKKOS_FORCEINLINE_FUNCTION bool is_all_ones(double a) {
    return (__double2loint(a) & (__double2hiint(a) | static_cast<int>(0xfff00000))) == -1;
  }
  static KOKKOS_FORCEINLINE_FUNCTION bool is_normal(double a) {
    return twice_high(a) - (1u << 21) < (2046u << 21);
  }
#else
  KOKKOS_FORCEINLINE_FUNCTION double quotient(double a, double b) const {
    return a / b;
  }
  KOKKOS_FORCEINLINE_FUNCTION double root(double a) const {
    return std::sqrt(a);
  }
#endif
};

#endif

}  // namespace tarn::apps::euler
