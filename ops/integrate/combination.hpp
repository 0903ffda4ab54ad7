#pragma once

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/lanes.hpp"

// What a stage of a time integrator makes of a rate of change. The integrator's weights are fused into the kernel that
// computes the rate, so that no rate is stored and a stage is one pass over memory.

namespace tarn::ops {

/// A weight that is a multiple of the step's length. On a GPU the length may stand in device memory, so that a kernel
/// that was recorded once serves steps of any length.
template <class Real>
struct StepWeight {
  StepWeight() = default;                     ///< zero
  StepWeight(Real number) : value(number) {}  ///< a number, whatever the step
  /// @param length     of the step [time]
  /// @param on_device  the same number in device memory, which kernels on a GPU read when they run; null: there is none
  StepWeight(double factor_of_it, double length, const double* on_device)
      : value(static_cast<Real>(factor_of_it * length)) {
#if defined(TARN_GPU)
    factor = factor_of_it;
    length_on_device = on_device;
#else
    static_cast<void>(on_device);
#endif
  }

  KOKKOS_FORCEINLINE_FUNCTION Real operator()() const {  ///< the weight, in kernels
#if defined(TARN_GPU)
    if (length_on_device != nullptr) return static_cast<Real>(factor * *length_on_device);
#endif
    return value;
  }

  Real value = 0;  ///< as it is known on the host
#if defined(TARN_GPU)
  double factor = 1;                         ///< of the step's length
  const double* length_on_device = nullptr;  ///< null: the weight is `value`
#endif
};

/// w[0] a[0] + w[1] a[1] + ... + rate_weight rate + ... of one field in one cell, or in lanes of cells, added from left
/// to right: `Before` arrays stand before the rate, `After` behind it, whose weights may be multiples of the step.
/// @tparam Now  the number of the array that the rate is computed from, if it is one of them: what the rate has loaded
///              is not loaded again
template <class Real, int Before, int After = 0, int Now = -1>
struct Combination {
  static constexpr int arrays = Before + After;
  static constexpr int other_arrays = arrays - (Now >= 0 ? 1 : 0);  ///< beside the one that the rate is computed from

  Kokkos::Array<Fields<const Real>, arrays == 0 ? 1 : arrays> a;
  Kokkos::Array<StepWeight<Real>, arrays == 0 ? 1 : arrays> weight;
  StepWeight<Real> rate_weight;

  template <class Rate, class I>
  KOKKOS_FORCEINLINE_FUNCTION Rate operator()(int field, Index k, Index j, I i, const Rate& rate,
                                              const Fields<const Real>& now) const {
    Rate sum = rate_weight() * rate;
    if constexpr (Before > 0) {
      Rate before = weight[0].value * at(nth(0, now), field, k, j, i);
      TARN_UNROLL
      for (int n = 1; n < Before; ++n)
        before = before + weight[n].value * at(nth(n, now), field, k, j, i);
      sum = before + sum;
    }
    TARN_UNROLL
    for (int n = Before; n < arrays; ++n)
      sum = sum + weight[n]() * at(nth(n, now), field, k, j, i);
    return sum;
  }

  /// How many of the arrays are not the one that begins at an address.
  int arrays_beside(const Real* data) const {
    int others = 0;
    for (int n = 0; n < arrays; ++n)
      others += a[n].data() != data;
    return others;
  }

  /// Names the rows whose first use is in row (k, j), on a host.
  template <class Visit>
  void first_reads(Index k, Index j, const Visit& visit) const {
    for (int n = 0; n < arrays; ++n) {
      for (int field = 0; field < static_cast<int>(a[n].extent(0)); ++field)
        visit(a[n](field, k, j, 0));
    }
  }

 private:
  KOKKOS_FORCEINLINE_FUNCTION const Fields<const Real>& nth(int n, const Fields<const Real>& now) const {
    return n == Now ? now : a[n];
  }
};

/// The last stage of the classical Runge-Kutta method from its three stages before, y1 = u + dt/2 r(u),
/// y2 = u + dt/2 r(y1), y3 = u + dt r(y2), which hold the rates that they were made from:
/// u + ((y1 - u) + 2 (y2 - u) + (y3 - u)) / 3 + dt/6 r(y3).
template <class Real>
struct Rk4Last {
  static constexpr int arrays = 4, other_arrays = 3;

  Fields<const Real> u, y1, y2, y3;
  Real third;
  StepWeight<Real> rate_weight;

  template <class Rate, class I>
  KOKKOS_FORCEINLINE_FUNCTION Rate operator()(int field, Index k, Index j, I i, const Rate& rate,
                                              const Fields<const Real>& /*now*/) const {
    const Rate start = at(u, field, k, j, i);
    const Rate first = at(y1, field, k, j, i) - start, second = at(y2, field, k, j, i) - start;
    const Rate last = at(y3, field, k, j, i) - start;
    return start + (third * ((first + Real(2) * second) + last) + rate_weight() * rate);
  }

  int arrays_beside(const Real*) const { return 3; }

  template <class Visit>
  void first_reads(Index k, Index j, const Visit& visit) const {
    for (int field = 0; field < static_cast<int>(u.extent(0)); ++field) {
      visit(u(field, k, j, 0));
      visit(y1(field, k, j, 0));
      visit(y2(field, k, j, 0));
      visit(y3(field, k, j, 0));
    }
  }
};

}  // namespace tarn::ops
