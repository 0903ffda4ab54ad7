#pragma once

#include <cstdint>
#include <limits>

#include "tarn/apps/euler/positivity.hpp"
#include "tarn/apps/euler/stage.hpp"

// Loops over cells that are no part of an ordinary stage.

namespace tarn::apps::euler {

template <class Real, int Dim>
KOKKOS_FUNCTION Conserved<Real, Dim> conserved_in(const Fields<const Real>& u, Index k, Index j, Index i) {
  Conserved<Real, Dim> c;
  c.density = u(0, k, j, i);
  for_axes<Dim>([&](int d) { c.momentum[d] = u(1 + d, k, j, i); });
  c.energy = u(Dim + 1, k, j, i);
  return c;
}

template <class Real, int Dim>
KOKKOS_FUNCTION void set_conserved(const Fields<Real>& u, Index k, Index j, Index i, const Conserved<Real, Dim>& c) {
  u(0, k, j, i) = c.density;
  for_axes<Dim>([&](int d) { u(1 + d, k, j, i) = c.momentum[d]; });
  u(Dim + 1, k, j, i) = c.energy;
}

template <class Real>
inline constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();
/// The distance of 1 to the next number.
template <class Real>
inline constexpr Real epsilon = std::numeric_limits<Real>::epsilon();

/// Turns primitive quantities and scalars, which stand where the conserved ones belong, into these. Ghosts that are not
/// sound become no numbers at all: Riemann solvers could pass over a negative pressure, and nobody would see it.
template <class Real, int Dim>
struct MakeConserved {
  Gas<Real> gas;
  Fields<Real> u;
  CellRange interior;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const auto w = primitive_from(conserved_in<Real, Dim>(u, k, j, i));
    auto state = conserved_of(gas, w);
    if (!is_sound(w) && !is_inside(k, j, i)) state.energy = state.density = not_a_number<Real>;
    set_conserved<Real, Dim>(u, k, j, i, state);
    for (int n = Dim + 2; n < static_cast<int>(u.extent(0)); ++n)
      u(n, k, j, i) = w.density * u(n, k, j, i);
  }
  KOKKOS_FUNCTION bool is_inside(Index k, Index j, Index i) const {
    return k >= interior.begin[2] && k < interior.end[2] && j >= interior.begin[1] && j < interior.end[1] &&
           i >= interior.begin[0] && i < interior.end[0];
  }
  KOKKOS_FUNCTION static Primitive<Real, Dim> primitive_from(const Conserved<Real, Dim>& c) {
    Primitive<Real, Dim> w;
    w.density = c.density;
    for_axes<Dim>([&](int d) { w.velocity[d] = c.momentum[d]; });
    w.pressure = c.energy;
    return w;
  }
};

/// Looks at the state of every cell, for reduce_cells().
template <class Real, int Dim>
struct LookAtCells {
  Look<Real, Dim> look;
  Fields<const Real> u;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, Found& found) const {
    const auto w = primitive_of(look.gas, conserved_in<Real, Dim>(u, k, j, i));
    if (passes(look, w)) {
      found += Found{static_cast<double>(signals(look, w)), 0, 0};
    } else {
      ++found.unsound;
    }
  }
};

/// Marks cells that do not pass; counts those that were not marked before, for reduce_cells().
template <class Real, int Dim>
struct MarkUnsound {
  Look<Real, Dim> look;
  Fields<const Real> u;
  Field<Real, 3> mark;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, std::int64_t& marked) const {
    if (mark(k, j, i) > 0 || passes(look, primitive_of(look.gas, conserved_in<Real, Dim>(u, k, j, i)))) return;
    mark(k, j, i) = 1;
    ++marked;
  }
};

/// Raises densities and pressures to the deck's floors, at the same velocity, in cells that do not pass; counts them.
template <class Real, int Dim>
struct RaiseToFloors {
  Look<Real, Dim> look;
  Fields<Real> u;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, std::int64_t& raised) const {
    auto w = primitive_of(look.gas, conserved_in<Real, Dim>(u, k, j, i));
    if (passes(look, w)) return;
    // Velocities of what had next to no mass mean nothing.
    if (!(w.density > 0)) for_axes<Dim>([&](int d) { w.velocity[d] = 0; });
    w.density = greater(w.density, look.least_density);
    w.pressure = greater(w.pressure, look.least_pressure);
    auto state = conserved_of(look.gas, w);
    // Energy less the kinetic one is rounded: where the gas is fast, the pressure may come out below the floor again.
    for (Real more = epsilon<Real>; more < Real(0.1) && !passes(look, primitive_of(look.gas, state)); more += more)
      state.energy += more * state.energy;
    if (!passes(look, primitive_of(look.gas, state))) return;
    set_conserved<Real, Dim>(u, k, j, i, state);
    ++raised;
  }
};

/// The first of some cells in the order of the domain, x fastest.
struct FirstCell {
  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
  std::int64_t number = none;

  KOKKOS_FUNCTION void operator+=(const FirstCell& other) { number = other.number < number ? other.number : number; }
};

/// Numbers of cells in the whole domain.
struct CellNumbers {
  explicit CellNumbers(const Grid& grid) {
    for (int axis = 0; axis < 3; ++axis) {
      first[axis] = grid.offset(axis) - grid.ghosts(axis);
      cells[axis] = grid.domain().cells[axis];
    }
  }
  KOKKOS_FUNCTION std::int64_t operator()(Index k, Index j, Index i) const {
    return ((k + first[2]) * cells[1] + (j + first[1])) * cells[0] + (i + first[0]);
  }

  Kokkos::Array<std::int64_t, 3> first{}, cells{};
};

/// Finds the first cell whose state does not pass, or the first whose signals are at least so fast.
template <class Real, int Dim>
struct FindCell {
  Look<Real, Dim> look;
  Fields<const Real> u;
  CellNumbers numbers;
  Real fastest;  ///< 0: look for a state that does not pass

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, FirstCell& first) const {
    const auto w = primitive_of(look.gas, conserved_in<Real, Dim>(u, k, j, i));
    const bool found = fastest > 0 ? signals(look, w) >= fastest : !passes(look, w);
    if (found) first += FirstCell{numbers(k, j, i)};
  }
};

/// Finds the first marked cell whose number is beyond `after`.
template <class Real>
struct FindMarked {
  Field<const Real, 3> mark;
  CellNumbers numbers;
  std::int64_t after;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, FirstCell& first) const {
    const std::int64_t number = numbers(k, j, i);
    if (mark(k, j, i) > 0 && number > after) first += FirstCell{number};
  }
};

/// The box around some cells, both ends included, in indices of a rank's arrays.
struct CellBox {
  static constexpr int none = std::numeric_limits<int>::max();
  Kokkos::Array<int, 3> lower{none, none, none}, upper{-none, -none, -none};

  KOKKOS_FUNCTION void operator+=(const CellBox& other) {
    for (int axis = 0; axis < 3; ++axis) {
      lower[axis] = other.lower[axis] < lower[axis] ? other.lower[axis] : lower[axis];
      upper[axis] = other.upper[axis] > upper[axis] ? other.upper[axis] : upper[axis];
    }
  }
};

/// Finds the box around the marked cells.
template <class Real>
struct BoxOfMarked {
  Field<const Real, 3> mark;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i, CellBox& box) const {
    if (!(mark(k, j, i) > 0)) return;
    const Kokkos::Array<int, 3> cell{static_cast<int>(i), static_cast<int>(j), static_cast<int>(k)};
    box += CellBox{cell, cell};
  }
};

}  // namespace tarn::apps::euler

template <>
struct Kokkos::reduction_identity<tarn::apps::euler::FirstCell> {
  KOKKOS_FUNCTION static tarn::apps::euler::FirstCell sum() { return {}; }
};
template <>
struct Kokkos::reduction_identity<tarn::apps::euler::CellBox> {
  KOKKOS_FUNCTION static tarn::apps::euler::CellBox sum() { return {}; }
};
