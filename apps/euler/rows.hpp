#pragma once

#include "tarn/apps/euler/options.hpp"
#include "tarn/apps/euler/stage_cell.hpp"
#include "tarn/apps/euler/state.hpp"
#include "tarn/core/space.hpp"

// What a stage does on a host, cut into loops along rows of cells or faces: each is short enough for a compiler to make
// vectors of it. Which reconstruction and which Riemann solver run is chosen once a row, through a pointer to the
// function, so that each is compiled once and not in every combination.

namespace tarn::apps::euler {

/// The numbers of a cell that the Riemann solvers know: density, velocity or momentum along each axis, and pressure or
/// energy, in this order.
template <int Dim>
inline constexpr int gas_fields = Dim + 2;

/// Rows of these numbers.
template <class Real, int Dim>
using GasRow = Kokkos::Array<Real*, gas_fields<Dim>>;

/// The values of one quantity at the lower and the upper ends of `count` cells along some axis.
/// @param cells  2 width - 1 rows: those of the cells themselves in the middle, neighbours along the axis around it
template <class Real>
using EdgeRow = void (*)(const Real* const* cells, Real* lower, Real* upper, Index count);

template <class Real>
EdgeRow<Real> edge_row(Reconstruction scheme);

/// Sides of faces where the average of the cell has taken the place of an unsound reconstructed state.
struct UnsoundSides {
  std::int64_t left = 0, right = 0;
};

/// `count` faces across some axis: reconstructed states on both sides, averages of the cells there, and the flux.
template <class Real, int Dim>
struct FaceRow {
  GasRow<Real, Dim> left, right, below, above, flux;
};

template <class Real, int Dim>
using SolveRow = UnsoundSides (*)(const Gas<Real>& gas, const FaceRow<Real, Dim>& row, Index count);

/// Functions for the faces across each axis.
template <class Real, int Dim>
Kokkos::Array<SolveRow<Real, Dim>, Dim> solve_rows(Riemann solver);

/// Density, velocity and pressure from what is conserved.
template <class Real, int Dim>
void primitive_row(const Gas<Real>& gas, const GasRow<Real, Dim>& u, const GasRow<Real, Dim>& w, Index count);

/// ratio = a / b
template <class Real>
void ratio_row(const Real* a, const Real* b, Real* ratio, Index count);

/// The flux of density * scalar; see scalar_flux().
template <class Real>
void scalar_flux_row(const Real* mass, const Real* left, const Real* right, Real* flux, Index count);

/// The fluxes through the faces of `count` cells, of one quantity: those below and above each cell along every axis.
template <class Real, int Dim>
struct CellFluxes {
  Kokkos::Array<const Real*, Dim> below, above;
};

/// One quantity after a stage.
template <class Real, int Dim>
void update_row(const RoundedWeights<Real, Dim>& weights, const Real* start, const Real* now,
                const CellFluxes<Real, Dim>& fluxes, Real* out, Index count);

/// out += a * b: sources.
template <class Real>
void add_row(Real a, const Real* b, Real* out, Index count);

/// Looks at `count` cells. Unsound ones do not count for the fastest signal.
template <class Real, int Dim>
Found look_row(const Look<Real, Dim>& look, const GasRow<Real, Dim>& u, Index count);

/// A cell's or a side's state from rows, and back.
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Primitive<Real, Dim> primitive_at(const GasRow<Real, Dim>& row, Index i) {
  Primitive<Real, Dim> w;
  w.density = row[0][i];
  for_axes<Dim>([&](int d) { w.velocity[d] = row[1 + d][i]; });
  w.pressure = row[Dim + 1][i];
  return w;
}
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Conserved<Real, Dim> conserved_at(const GasRow<Real, Dim>& row, Index i) {
  Conserved<Real, Dim> u;
  u.density = row[0][i];
  for_axes<Dim>([&](int d) { u.momentum[d] = row[1 + d][i]; });
  u.energy = row[Dim + 1][i];
  return u;
}
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION void put(const GasRow<Real, Dim>& row, Index i, const Primitive<Real, Dim>& w) {
  row[0][i] = w.density;
  for_axes<Dim>([&](int d) { row[1 + d][i] = w.velocity[d]; });
  row[Dim + 1][i] = w.pressure;
}
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION void put(const GasRow<Real, Dim>& row, Index i, const Conserved<Real, Dim>& u) {
  row[0][i] = u.density;
  for_axes<Dim>([&](int d) { row[1 + d][i] = u.momentum[d]; });
  row[Dim + 1][i] = u.energy;
}

}  // namespace tarn::apps::euler
