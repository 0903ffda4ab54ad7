#pragma once

#include "tarn/apps/euler/state.hpp"

// Reconstruction: the values of a quantity at the two ends of a cell along an axis, from averages over the cell and its
// neighbours.
//
// Each scheme is a policy with
//   width        cells on either side of a face that the face's two values depend on: the ghosts that are needed
//   edges(q, math)  values at the lower and the upper end of the cell q(0); q(n) is the cell n further up
// and q is anything that answers so, such as Along (an array) or Window (registers). edges() reads q(1 - width) to
// q(width - 1). Mirrored cells give mirrored values to the bit, and equal cells give their value exactly.

namespace tarn::apps::euler {

/// The values of a quantity inside a cell at its two ends.
template <class Real>
struct Edges {
  Real lower, upper;
};

/// The values on the two sides of a face.
template <class Real>
struct Sides {
  Real left, right;
};

/// Cells of an array along an axis.
template <class Real>
struct Along {
  const Real* here;
  std::ptrdiff_t stride;

  KOKKOS_FORCEINLINE_FUNCTION Real operator()(int n) const { return here[n * stride]; }
};

/// Cells in registers: Reach of them on either side of the one in the middle.
template <class Real, int Reach>
struct Window {
  Real value[2 * Reach + 1];

  KOKKOS_FORCEINLINE_FUNCTION Real operator()(int n) const { return value[n + Reach]; }
};

/// The cells of another one, counted from its cell `By`.
template <int By, class Cells>
struct Shifted {
  const Cells& cells;

  KOKKOS_FORCEINLINE_FUNCTION auto operator()(int n) const { return cells(n + By); }
};

/// Both sides of the face below q(0).
template <class Scheme, class Cells>
KOKKOS_FORCEINLINE_FUNCTION auto sides_below(const Cells& q) {
  const auto below = Scheme::edges(Shifted<-1, Cells>{q});
  const auto above = Scheme::edges(q);
  return Sides<decltype(below.upper)>{below.upper, above.lower};
}

/// First order: the average everywhere in the cell.
struct PiecewiseConstant {
  static constexpr int width = 1;

  template <class Cells, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION auto edges(const Cells& q, const Math& /*math*/ = {}) {
    return Edges<decltype(q(0))>{q(0), q(0)};
  }
};

// Limiters: half the difference that a limited line has over a cell, from the differences to its neighbours. Zero
// unless both have the same sign. A product beyond the range of numbers keeps its sign; one below it counts as zero.
// Surveyed in R. J. LeVeque, Finite Volume Methods for Hyperbolic Problems, Cambridge 2002, section 6.9.

/// The lesser of both differences.
struct Minmod {
  template <class Real, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION Real half_slope(Real below, Real above, const Math& /*math*/ = {}) {
    const Real least = pick(absolute(below) < absolute(above), below, above);
    return pick(below * above > 0, Real(0.5) * least, Real(0));
  }
};

/// The harmonic mean: B. van Leer, J. Comput. Phys. 14 (1974) 361-370. One division.
struct VanLeer {
  template <class Real, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION Real half_slope(Real below, Real above, const Math& math = {}) {
    const bool alike = below * above > 0, first = absolute(below) < absolute(above);
    const Real least = pick(first, below, above), most = pick(first, above, below);
    return pick(alike, most * math.quotient(least, pick(alike, below + above, Real(1))), Real(0));
  }
};

/// Monotonized central: the mean, bounded by twice the lesser difference: B. van Leer, J. Comput. Phys. 23 (1977)
/// 276-299.
struct MonotonizedCentral {
  template <class Real, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION Real half_slope(Real below, Real above, const Math& /*math*/ = {}) {
    const Real least = pick(absolute(below) < absolute(above), below, above);
    const Real mean = Real(0.25) * (below + above);
    return pick(below * above > 0, pick(absolute(mean) < absolute(least), mean, least), Real(0));
  }
};

/// Piecewise linear, second order: B. van Leer, J. Comput. Phys. 32 (1979) 101-136.
template <class Limiter>
struct Plm {
  static constexpr int width = 2;

  template <class Cells, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION auto edges(const Cells& q, const Math& math = {}) {
    const auto here = q(0);
    const auto half = Limiter::half_slope(here - q(-1), q(1) - here, math);
    return Edges<decltype(q(0))>{here - half, here + half};
  }
};

/// Piecewise parabolic, fourth order values at the ends: P. Colella and P. R. Woodward, J. Comput. Phys. 54 (1984)
/// 174-201, with the limiter of P. Colella and M. D. Sekora, J. Comput. Phys. 227 (2008) 7069-7076, which keeps smooth
/// extrema; their value at a face is written so that the unlimited one follows where nothing is limited. One division.
struct Ppm {
  static constexpr int width = 3;

  template <class Cells, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION auto edges(const Cells& q, const Math& math = {}) {
    using Real = decltype(q(0));
    const Real here = q(0), half = Real(0.5), sixth = Real(1) / Real(6);
    const Real below = here - q(-1), above = q(1) - here;
    const Real bend_below = below - (q(-1) - q(-2)), bend = above - below, bend_above = (q(2) - q(1)) - above;
    // From the cell's average to its ends.
    const Real lower = -(half * below + sixth * bend_at_face(below, bend_below, bend));
    const Real upper = half * above - sixth * bend_at_face(above, bend, bend_above);
    // Monotone: no end so far off that the parabola turns round inside the cell.
    const bool apart = (lower * upper < 0), rising = (below * above > 0);
    const bool monotone = apart & rising;
    const Real near_lower = pick(absolute(lower) > 2 * absolute(upper), -2 * upper, lower);
    const Real near_upper = pick(absolute(upper) > 2 * absolute(lower), -2 * lower, upper);
    // Extreme: the parabola bends no more than the cells around it do, and not at all where they disagree.
    const Real curve = 6 * (lower + upper);
    const Real least = lesser(absolute(bend), lesser(absolute(bend_below), absolute(bend_above)));
    const bool alike = (bend_below * bend > 0) & (bend * bend_above > 0) & (bend * curve > 0);
    const Real share = pick(
        alike, lesser(Real(1), math.quotient(excess<Real> * least, pick(alike, absolute(curve), Real(1)))), Real(0));
    return Edges<Real>{here + pick(monotone, near_lower, share * lower),
                       here + pick(monotone, near_upper, share * upper)};
  }

 private:
  /// How much more a parabola may bend than the cells around it.
  template <class Real>
  static constexpr Real excess = Real(1.25);

  /// The second difference at a face, limited where the face's value would leave the range of the two cells beside it.
  template <class Real>
  static KOKKOS_FORCEINLINE_FUNCTION Real bend_at_face(Real across, Real below, Real above) {
    const Real mean = Real(0.5) * (below + above);
    const Real least = excess<Real> * pick(absolute(below) < absolute(above), below, above);
    const Real limited = pick(below * above > 0, pick(absolute(least) < absolute(mean), least, mean), Real(0));
    return pick(absolute(mean) <= 3 * absolute(across), mean, limited);
  }
};

/// Weighted essentially non-oscillatory, fifth order: G.-S. Jiang and C.-W. Shu, J. Comput. Phys. 126 (1996) 202-228,
/// with the Z weights, power 2, of R. Borges, M. Carmona, B. Costa and W. S. Don, J. Comput. Phys. 227 (2008)
/// 3191-3211.
struct Weno5 {
  static constexpr int width = 3;

  template <class Cells, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION auto edges(const Cells& q, const Math& math = {}) {
    using Real = decltype(q(0));
    const Real here = q(0);
    const Real d0 = q(-1) - q(-2), d1 = here - q(-1), d2 = q(1) - here, d3 = q(2) - q(1);
    const Real rough_below = roughness_aside(d1, d0), rough_above = roughness_aside(d2, d3);
    const Real rough = roughness(d1, d2);
    const Real tau = absolute(rough_below - rough_above);
    const Real least = tau * share<Real> + smallest<Real>;
    const Real below = excess(tau, rough_below + least, math), middle = excess(tau, rough + least, math);
    const Real above = excess(tau, rough_above + least, math);
    const auto lower = rise(d3, d2, d1, d0, above, middle, below), upper = rise(d0, d1, d2, d3, below, middle, above);
    const Real both = math.quotient(Real(1), lower.weight * upper.weight);
    return Edges<Real>{here - lower.sum * (upper.weight * both), here + upper.sum * (lower.weight * both)};
  }

 private:
  /// A stencil's roughness counts as this share of tau at least, so that no weight, a square, leaves the range of
  /// numbers.
  template <class Real>
  static constexpr Real share = sizeof(Real) == 8 ? Real(1e-40) : Real(1e-8);

  /// The smoothness indicator of the three cells on one side, of their differences, the nearest first.
  template <class Real>
  static KOKKOS_FORCEINLINE_FUNCTION Real roughness_aside(Real near, Real far) {
    const Real bend = near - far, slope = 3 * near - far;
    return Real(13.0 / 12.0) * (bend * bend) + Real(0.25) * (slope * slope);
  }
  /// That of the cell and one on either side.
  template <class Real>
  static KOKKOS_FORCEINLINE_FUNCTION Real roughness(Real below, Real above) {
    const Real bend = above - below, slope = above + below;
    return Real(13.0 / 12.0) * (bend * bend) + Real(0.25) * (slope * slope);
  }
  /// A stencil's weight over its ideal one.
  template <class Real, class Math>
  static KOKKOS_FORCEINLINE_FUNCTION Real excess(Real tau, Real rough, const Math& math) {
    const Real ratio = math.quotient(tau, rough);
    return Real(1) + ratio * ratio;
  }
  template <class Real>
  struct Weighted {
    Real sum, weight;
  };
  /// From the cell's average to its end downstream of the differences a to d, times the weights of the three stencils.
  template <class Real>
  static KOKKOS_FORCEINLINE_FUNCTION Weighted<Real> rise(Real a, Real b, Real c, Real d, Real upstream, Real middle,
                                                         Real downstream) {
    const Real w0 = upstream, w1 = 6 * middle, w2 = 3 * downstream;
    return {w0 * (5 * b - 2 * a) + w1 * (b + 2 * c) + w2 * (4 * c - d), 6 * (w0 + w1 + w2)};
  }
};

}  // namespace tarn::apps::euler
