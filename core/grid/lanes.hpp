#pragma once

#include <type_traits>

#include "tarn/core/pragmas.hpp"
#include "tarn/core/space.hpp"

// Several neighbouring cells of a row that one GPU thread computes at once: memory answers 16 bytes as fast as 4. A
// kernel body that takes its index along x as a template parameter, and reads fields with at(), serves single cells
// and lanes alike.

namespace tarn {

/// Values of `Width` neighbouring cells along x. Each lane is computed as a single cell would be, to the bit.
template <class Real, int Width>
struct alignas(Width * sizeof(Real)) Lanes {
  Real value[Width];

  /// The same number in every lane.
  static KOKKOS_FUNCTION Lanes all(Real number) {
    Lanes lanes;
    TARN_UNROLL
    for (int n = 0; n < Width; ++n)
      lanes.value[n] = number;
    return lanes;
  }

  KOKKOS_FUNCTION Lanes& operator+=(const Lanes& other) { return *this = *this + other; }

  friend KOKKOS_FUNCTION Lanes operator+(Lanes a, const Lanes& b) {
    TARN_UNROLL
    for (int n = 0; n < Width; ++n)
      a.value[n] = a.value[n] + b.value[n];
    return a;
  }
  friend KOKKOS_FUNCTION Lanes operator-(Lanes a, const Lanes& b) {
    TARN_UNROLL
    for (int n = 0; n < Width; ++n)
      a.value[n] = a.value[n] - b.value[n];
    return a;
  }
  friend KOKKOS_FUNCTION Lanes operator*(Lanes a, const Lanes& b) {
    TARN_UNROLL
    for (int n = 0; n < Width; ++n)
      a.value[n] = a.value[n] * b.value[n];
    return a;
  }
  friend KOKKOS_FUNCTION Lanes operator/(Lanes a, const Lanes& b) {
    TARN_UNROLL
    for (int n = 0; n < Width; ++n)
      a.value[n] = a.value[n] / b.value[n];
    return a;
  }
  friend KOKKOS_FUNCTION Lanes operator-(Lanes a) {
    TARN_UNROLL
    for (int n = 0; n < Width; ++n)
      a.value[n] = -a.value[n];
    return a;
  }
  friend KOKKOS_FUNCTION Lanes operator+(Real a, const Lanes& b) { return all(a) + b; }
  friend KOKKOS_FUNCTION Lanes operator+(const Lanes& a, Real b) { return a + all(b); }
  friend KOKKOS_FUNCTION Lanes operator-(Real a, const Lanes& b) { return all(a) - b; }
  friend KOKKOS_FUNCTION Lanes operator-(const Lanes& a, Real b) { return a - all(b); }
  friend KOKKOS_FUNCTION Lanes operator*(Real a, const Lanes& b) { return all(a) * b; }
  friend KOKKOS_FUNCTION Lanes operator*(const Lanes& a, Real b) { return a * all(b); }
  friend KOKKOS_FUNCTION Lanes operator/(Real a, const Lanes& b) { return all(a) / b; }
  friend KOKKOS_FUNCTION Lanes operator/(const Lanes& a, Real b) { return a / all(b); }
};

/// The indices along x of neighbouring cells. The first is a multiple of Width; `shift` is any number of cells.
template <int Width>
struct LaneIndex {
  int first;
  int shift = 0;

  friend KOKKOS_FUNCTION LaneIndex operator+(LaneIndex i, int by) { return {i.first, i.shift + by}; }
  friend KOKKOS_FUNCTION LaneIndex operator-(LaneIndex i, int by) { return {i.first, i.shift - by}; }
};

/// The cell (k, j, i) of a field.
template <class View>
KOKKOS_FORCEINLINE_FUNCTION typename View::non_const_value_type at(const View& u, Index k, Index j, Index i) {
  return u(k, j, i);
}

namespace detail {

/// Lanes that lie `shift` cells after an address of a whole number of lanes. They are put together from the aligned
/// ones there and from single numbers beside them, so that the shifts of one index share loads.
template <class Real, int Width>
KOKKOS_FORCEINLINE_FUNCTION Lanes<Real, Width> shifted_lanes(const Real* aligned, int shift) {
  const auto here = *reinterpret_cast<const Lanes<Real, Width>*>(aligned);
  if (shift == 0) return here;
  Lanes<Real, Width> shifted;
  TARN_UNROLL
  for (int n = 0; n < Width; ++n) {
    const int from = n + shift;
    shifted.value[n] = from >= 0 && from < Width ? here.value[from] : aligned[from];
  }
  return shifted;
}

}  // namespace detail

/// Neighbouring cells of a field whose rows start at multiples of 16 bytes.
template <class View, int Width>
KOKKOS_FORCEINLINE_FUNCTION Lanes<typename View::non_const_value_type, Width> at(const View& u, Index k, Index j,
                                                                                 LaneIndex<Width> i) {
  return detail::shifted_lanes<typename View::non_const_value_type, Width>(&u(k, j, i.first), i.shift);
}

/// The cell (k, j, i) of one of several fields.
template <class View>
KOKKOS_FORCEINLINE_FUNCTION typename View::non_const_value_type at(const View& u, int field, Index k, Index j,
                                                                   Index i) {
  return u(field, k, j, i);
}

/// Neighbouring cells of one of several fields.
template <class View, int Width>
KOKKOS_FORCEINLINE_FUNCTION Lanes<typename View::non_const_value_type, Width> at(const View& u, int field, Index k,
                                                                                 Index j, LaneIndex<Width> i) {
  return detail::shifted_lanes<typename View::non_const_value_type, Width>(&u(field, k, j, i.first), i.shift);
}

}  // namespace tarn
