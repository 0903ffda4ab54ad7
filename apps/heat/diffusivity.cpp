#include "tarn/apps/heat/diffusivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/diffusion/face_diffusivity.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::heat {

namespace {

/// The extremes on the faces at the boundary of the domain, seen by this rank.
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

/// Collective. @returns the largest value on the boundary, 0 if no axis has one
double check_boundary(const Communicator& ranks, const Seen& seen) {
  if (ranks.max(std::int64_t{!seen.finite}) != 0)
    throw NumericsError("heat.diffusivity is no finite number on the boundary of the domain");
  const double least = ranks.min(seen.least);
  if (least < 0)
    throw NumericsError(fmt::format("heat.diffusivity is negative on the boundary of the domain: {}", least));
  return ranks.max(seen.largest);
}

/// Collective. @returns the largest value in the cells
template <class Real>
double check_cells(const Patch& patch, const Field<Real, 3>& kappa) {
  const auto found = ops::statistics<Real>(patch.space(), patch.ranks(), patch.grid(), kappa);
  const auto& cell = found.first_not_finite;
  if (found.not_finite > 0) {
    throw NumericsError(
        fmt::format("heat.diffusivity is no finite number in cell ({}, {}, {}) of x, y, z", cell[0], cell[1], cell[2]));
  }
  if (found.minimum < 0)
    throw NumericsError(fmt::format("heat.diffusivity is negative: its least value is {}", found.minimum));
  return found.maximum;
}

}  // namespace

template <class Real>
Diffusivity<Real> make_diffusivity(const SimulationContext& context) {
  const auto formula = formula_of(context.deck, "heat.diffusivity", FormulaUse::of_space);
  Diffusivity<Real> kappa;
  if (formula.is_constant()) {
    kappa.constant = kappa.largest = formula.constant_value();
    return kappa;
  }
  kappa.variable = true;
  const Patch& patch = context.patch;
  const Grid& grid = context.grid;
  const Space& space = patch.space();
  const auto in_cells = grid.make_field<Real>("heat::diffusivity");
  ops::set_from_formula<Real>(space, formula, grid, grid.interior(), in_cells, 0, 0, 0);
  const double largest_in_cells = check_cells<Real>(patch, in_cells);

  // Beyond the domain's faces any condition will do: what is averaged there is overwritten.
  GhostCells<Real> ghosts(patch, same_conditions({FaceRule::value}));
  ghosts.fill(in_cells);
  Seen seen;
  for (int axis = 0; axis < grid.dimensions(); ++axis) {
    const auto on_face = grid.make_field<Real>("heat::diffusivity_on_faces");
    ops::set_harmonic_means<Real>(space, grid, axis, in_cells, on_face);
    for (int side = 0; side < 2; ++side) {
      if (!patch.at_boundary(axis, side)) continue;
      const auto values = ghosts.given(axis, side);
      set_face_values<Real>(space, formula, grid, axis, side, 0, values);
      ops::set_on_boundary<Real>(space, grid, axis, side, values, on_face);
      space.fence();
      look_at_face<Real>(grid, axis, values, seen);
    }
    kappa.on_face[axis] = on_face;
  }
  space.fence();
  kappa.largest = std::max(largest_in_cells, check_boundary(patch.ranks(), seen));
  return kappa;
}

template Diffusivity<float> make_diffusivity<float>(const SimulationContext&);
template Diffusivity<double> make_diffusivity<double>(const SimulationContext&);

}  // namespace tarn::apps::heat
