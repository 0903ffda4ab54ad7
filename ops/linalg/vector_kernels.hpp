#pragma once

#include <limits>

#include "tarn/core/space.hpp"
#include "tarn/ops/reduce/reproducible_sum.hpp"

// The kernel bodies of vectors.cpp.

namespace tarn::ops::detail {

/// The largest magnitudes among the products of one vector with `Count` others; infinite where one is not finite.
template <int Count>
struct ProductBounds {
  double largest[Count] = {};

  KOKKOS_FUNCTION ProductBounds& operator+=(const ProductBounds& other) {
    for (int n = 0; n < Count; ++n)
      largest[n] = largest[n] < other.largest[n] ? other.largest[n] : largest[n];
    return *this;
  }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void operator+=(const volatile ProductBounds& other) volatile {
    for (int n = 0; n < Count; ++n)
      largest[n] = largest[n] < other.largest[n] ? other.largest[n] : largest[n];
  }
};

template <class Real, int Count>
struct FindProductBounds {
  Kokkos::Array<Field<const Real, 3>, Count + 1> vectors;
  double infinity = std::numeric_limits<double>::infinity();

  KOKKOS_FUNCTION void operator()(int k, int j, int i, ProductBounds<Count>& found) const {
    const double first = vectors[0](k, j, i);
    for (int n = 0; n < Count; ++n) {
      const double product = first * vectors[n + 1](k, j, i);
      const double magnitude = product < 0 ? -product : product;
      // A NaN compares false both ways, and becomes infinite.
      if (!(magnitude <= found.largest[n])) found.largest[n] = magnitude == magnitude ? magnitude : infinity;
    }
  }
};

/// The sums of the products in digits.
template <int Count>
struct ProductSums {
  DigitSum sum[Count];

  KOKKOS_FUNCTION ProductSums& operator+=(const ProductSums& other) {
    for (int n = 0; n < Count; ++n)
      sum[n] += other.sum[n];
    return *this;
  }
  KOKKOS_FUNCTION void operator+=(const volatile ProductSums& other) volatile {
    for (int n = 0; n < Count; ++n)
      sum[n] += other.sum[n];
  }
};

/// The units of the sums; a sum with a term that is not finite is not made.
template <int Count>
struct ProductUnits {
  SumUnits units[Count];
  bool sound[Count];
};

template <class Real, int Count>
struct AddProducts {
  Kokkos::Array<Field<const Real, 3>, Count + 1> vectors;
  ProductUnits<Count> units;

  KOKKOS_FUNCTION void operator()(int k, int j, int i, ProductSums<Count>& sums) const {
    const double first = vectors[0](k, j, i);
    for (int n = 0; n < Count; ++n) {
      if (units.sound[n]) sums.sum[n].add(units.units[n], first * vectors[n + 1](k, j, i));
    }
  }
};

template <class Real>
struct ScaledCopy {
  Field<const Real, 3> x;
  Real a;
  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const { return a * x(k, j, i); }
};

template <class Real>
struct Combination {
  Field<const Real, 3> x, y;
  Real a, b;
  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const { return a * x(k, j, i) + b * y(k, j, i); }
};

template <class Real>
struct ElementProduct {
  Field<const Real, 3> x, y;
  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const { return x(k, j, i) * y(k, j, i); }
};

template <class Real>
struct Advance {
  Field<const Real, 3> p;
  Field<Real, 3> x;
  Field<const Real, 3> q;
  Field<Real, 3> r;
  Real a;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    x(k, j, i) += a * p(k, j, i);
    r(k, j, i) -= a * q(k, j, i);
  }
};

}  // namespace tarn::ops::detail

namespace Kokkos {
template <int Count>
struct reduction_identity<tarn::ops::detail::ProductBounds<Count>> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::detail::ProductBounds<Count> sum() { return {}; }
};
template <int Count>
struct reduction_identity<tarn::ops::detail::ProductSums<Count>> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::detail::ProductSums<Count> sum() { return {}; }
};
}  // namespace Kokkos
