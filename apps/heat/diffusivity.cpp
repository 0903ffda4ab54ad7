#include "tarn/apps/heat/diffusivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::heat {

namespace {

template <class Real>
void average_to_faces(const Space& space, const CellRange& range, int axis, const Field<Real, 3>& in_cells,
                      const Field<Real, 3>& on_face) {
  const int dk = axis == 2, dj = axis == 1, di = axis == 0;
  for_each_cell(
      "tarn::heat::average_to_faces", space, range, KOKKOS_LAMBDA(Index k, Index j, Index i) {
        const Real lower = in_cells(k - dk, j - dj, i - di), upper = in_cells(k, j, i);
        const Real sum = lower + upper;
        const Real least = lower < upper ? lower : upper, most = lower < upper ? upper : lower;
        on_face(k, j, i) = sum > 0 ? 2 * least / sum * most : Real(0);  // no product of both: it could overflow
      });
}

/// Writes the values of a face of the domain over those of the cells' faces on it.
template <class Real>
void set_boundary_face(const Space& space, const Grid& grid, int axis, int side, const Field<Real, 2>& values,
                       const Field<Real, 3>& on_face) {
  CellRange range = grid.interior();
  const int place = side == 0 ? range.begin[axis] : range.end[axis];
  range.begin[axis] = place;
  range.end[axis] = place + 1;
  for_each_cell(
      "tarn::heat::set_boundary_face", space, range, KOKKOS_LAMBDA(Index k, Index j, Index i) {
        on_face(k, j, i) = axis == 0 ? values(k, j) : axis == 1 ? values(k, i) : values(j, i);
      });
}

/// What was seen of the diffusivity on the faces at the boundary of the domain, by this rank.
struct Seen {
  double least = std::numeric_limits<double>::infinity(), largest = 0;
  bool finite = true;
};

/// Adds the values of one face; the ghosts beside it are left out.
template <class Real>
void look_at_face(const Grid& grid, int axis, const Field<Real, 2>& values, Seen& seen) {
  const int slow = axis == 2 ? 1 : 2, fast = axis == 0 ? 1 : 0;
  const auto host = download(values, "tarn::heat::diffusivity");
  for (int a = 0; a < grid.cells(slow); ++a) {
    for (int b = 0; b < grid.cells(fast); ++b) {
      const double value = host(a + grid.ghosts(slow), b + grid.ghosts(fast));
      seen.finite = seen.finite && std::isfinite(value);
      seen.least = std::min(seen.least, value);
      seen.largest = std::max(seen.largest, value);
    }
  }
}

/// Collective.
/// @returns the largest value on the boundary, 0 if no axis has one
double check_boundary(const Communicator& ranks, const Seen& seen) {
  if (ranks.max(std::int64_t{!seen.finite}) != 0) {
    throw NumericsError("heat.diffusivity is no finite number on the boundary of the domain");
  }
  const double least = ranks.min(seen.least);
  if (least < 0) {
    throw NumericsError(fmt::format("heat.diffusivity is negative on the boundary of the domain: {}", least));
  }
  return ranks.max(seen.largest);
}

template <class Real>
double check_and_find_largest(const SimulationContext& context, const Field<Real, 3>& kappa) {
  const auto found =
      ops::statistics<Real>(context.runtime.space(), context.runtime.communicator(), context.grid, kappa);
  if (found.not_finite > 0) {
    const auto& cell = found.first_not_finite;
    throw NumericsError(
        fmt::format("heat.diffusivity is no finite number in cell ({}, {}, {}) of x, y, z", cell[0], cell[1], cell[2]));
  }
  if (found.minimum < 0) {
    throw NumericsError(fmt::format("heat.diffusivity is negative: its least value is {}", found.minimum));
  }
  return found.maximum;
}

}  // namespace

template <class Real>
Diffusivity<Real> make_diffusivity(const SimulationContext& context) {
  const auto formula = formula_of(context.deck, "heat.diffusivity", FormulaUse::of_space);
  Diffusivity<Real> result;
  if (formula.is_constant()) {
    result.constant = result.largest = formula.constant_value();
    return result;
  }

  const Grid& grid = context.grid;
  const Space& space = context.runtime.space();
  const auto in_cells = grid.make_field<Real>("heat::diffusivity");
  ops::set_from_formula<Real>(space, formula, grid, grid.interior(), in_cells, 0, 0, 0);
  result.variable = true;
  result.largest = check_and_find_largest<Real>(context, in_cells);

  // Beyond the domain's faces any condition will do: what is averaged there is overwritten.
  GhostCells<Real> ghosts(context.patch, same_conditions({FaceRule::value}));
  ghosts.fill(in_cells);
  Seen on_boundary;
  for (int axis = 0; axis < grid.dimensions(); ++axis) {
    const auto on_face = grid.make_field<Real>("heat::diffusivity_on_faces");
    CellRange range = grid.interior();
    ++range.end[axis];
    average_to_faces<Real>(space, range, axis, in_cells, on_face);
    for (int side = 0; side < 2; ++side) {
      if (!context.patch.at_boundary(axis, side)) continue;
      const auto values = ghosts.given(axis, side);
      set_face_values<Real>(space, formula, grid, axis, side, 0, values);
      set_boundary_face<Real>(space, grid, axis, side, values, on_face);
      space.fence();
      look_at_face<Real>(grid, axis, values, on_boundary);
    }
    result.on_face[axis] = on_face;
  }
  space.fence();
  result.largest = std::max(result.largest, check_boundary(context.runtime.communicator(), on_boundary));
  return result;
}

template Diffusivity<float> make_diffusivity<float>(const SimulationContext&);
template Diffusivity<double> make_diffusivity<double>(const SimulationContext&);

}  // namespace tarn::apps::heat
