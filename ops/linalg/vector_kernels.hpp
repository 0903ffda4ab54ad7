#pragma once

#include <Kokkos_Core.hpp>

#include "tarn/core/space.hpp"

// The kernel bodies of vectors.cpp.

namespace tarn::ops::detail {

/// The products of one vector's number with those of `Count` others.
template <class Real, int Count>
struct Products {
  Kokkos::Array<Field<const Real, 3>, Count + 1> vectors;

  KOKKOS_FUNCTION Kokkos::Array<double, Count> operator()(Index k, Index j, Index i) const {
    const double first = vectors[0](k, j, i);
    Kokkos::Array<double, Count> products{};
    for (int n = 0; n < Count; ++n)
      products[n] = first * vectors[n + 1](k, j, i);
    return products;
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
