#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include <Kokkos_Core.hpp>

#include "tarn/core/grid/grid.hpp"

// The kernel bodies of statistics.cpp, for reduce_cells, and the values that they reduce to.

namespace tarn::ops::detail {

inline constexpr std::int64_t nowhere = std::numeric_limits<std::int64_t>::max();

/// Infinite minus infinite and anything with NaN is NaN, which equals nothing.
template <class Real>
KOKKOS_FUNCTION bool is_finite(Real value) {
  return value - value == 0;
}

/// Numbers the cells of the domain, x fastest, from local indices.
struct CellNumber {
  explicit CellNumber(const Grid& grid) {
    for (int axis = 0; axis < 3; ++axis) {
      first[axis] = grid.offset(axis) - grid.ghosts(axis);
      cells[axis] = grid.domain().cells[axis];
    }
  }
  KOKKOS_FUNCTION std::int64_t operator()(int k, int j, int i) const {
    return ((first[2] + k) * cells[1] + first[1] + j) * cells[0] + first[0] + i;
  }
  std::array<std::int64_t, 3> place(std::int64_t number) const {
    return {number % cells[0], number / cells[0] % cells[1], number / cells[0] / cells[1]};
  }

  Kokkos::Array<std::int64_t, 3> first{};
  Kokkos::Array<std::int64_t, 3> cells{};
};

/// What the first pass finds. `+=` joins two: it takes the extremes and the earlier place, and adds the
/// counts.
struct Extremes {
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();
  std::int64_t not_finite = 0;
  std::int64_t first = nowhere;

  KOKKOS_FUNCTION Extremes& operator+=(const Extremes& other) {
    join(*this, other);
    return *this;
  }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void operator+=(const volatile Extremes& other) volatile { join(*this, other); }

 private:
  template <class Into, class Other>
  KOKKOS_FUNCTION static void join(Into& into, const Other& other) {
    if (other.minimum < into.minimum) into.minimum = other.minimum;
    if (other.maximum > into.maximum) into.maximum = other.maximum;
    if (other.first < into.first) into.first = other.first;
    into.not_finite = into.not_finite + other.not_finite;
  }
};

/// The earliest place; `+=` takes the earlier of two.
struct Earliest {
  std::int64_t first = nowhere;

  KOKKOS_FUNCTION Earliest& operator+=(const Earliest& other) {
    if (other.first < first) first = other.first;
    return *this;
  }
  KOKKOS_FUNCTION void operator+=(const volatile Earliest& other) volatile {
    if (other.first < first) first = other.first;
  }
};

template <class Real>
struct FindExtremes {
  Field<Real, 3> u;
  CellNumber number;

  KOKKOS_FUNCTION void operator()(int k, int j, int i, Extremes& found) const {
    const double value = u(k, j, i);
    if (is_finite(value)) {
      found.minimum = value < found.minimum ? value : found.minimum;
      found.maximum = value > found.maximum ? value : found.maximum;
    } else {
      ++found.not_finite;
      const std::int64_t here = number(k, j, i);
      if (here < found.first) found.first = here;
    }
  }
};

/// What the second pass adds up: a value, and its square when scaled.
template <class Real>
struct ValueAndSquare {
  Field<Real, 3> u;
  double to_unit;  ///< a power of two that brings every value into [-1, 1]

  KOKKOS_FUNCTION Kokkos::Array<double, 2> operator()(Index k, Index j, Index i) const {
    const double value = u(k, j, i);
    const double scaled = value * to_unit;
    return {value, scaled * scaled};
  }
};

/// How many are NaN or infinite; without a place to keep, a host's compiler turns the row into vector instructions.
template <class Real>
struct CountNotFinite {
  Field<Real, 3> u;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, std::int64_t& count) const {
    count += is_finite(u(k, j, i)) ? 0 : 1;
  }
};

template <class Real>
struct FindFirst {
  Field<Real, 3> u;
  CellNumber number;

  KOKKOS_FUNCTION void operator()(int k, int j, int i, Earliest& found) const {
    if (is_finite(u(k, j, i))) return;
    const std::int64_t here = number(k, j, i);
    if (here < found.first) found.first = here;
  }
};

}  // namespace tarn::ops::detail

namespace Kokkos {
template <>
struct reduction_identity<tarn::ops::detail::Extremes> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::detail::Extremes sum() { return {}; }
};
template <>
struct reduction_identity<tarn::ops::detail::Earliest> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::detail::Earliest sum() { return {}; }
};
}  // namespace Kokkos
