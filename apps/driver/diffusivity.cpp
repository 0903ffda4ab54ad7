#include "tarn/apps/driver/diffusivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/axis_formulas.hpp"
#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/diffusion/face_diffusivity.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps {

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
  const auto host = download(values, "tarn::diffusivity");
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
double check_boundary(const Communicator& ranks, const std::string& key, const Seen& seen) {
  if (ranks.max(std::int64_t{!seen.finite}) != 0)
    throw NumericsError(key + " is no finite number on the boundary of the domain");
  const double least = ranks.min(seen.least);
  if (least < 0) throw NumericsError(fmt::format("{} is negative on the boundary of the domain: {}", key, least));
  return ranks.max(seen.largest);
}

/// Collective. @returns the largest value in the cells
template <class Real>
double check_cells(const Patch& patch, const std::string& key, const Field<Real, 3>& kappa) {
  const auto found = ops::statistics<Real>(patch.space(), patch.ranks(), patch.grid(), kappa);
  const auto& cell = found.first_not_finite;
  if (found.not_finite > 0) {
    throw NumericsError(
        fmt::format("{} is no finite number in cell ({}, {}, {}) of x, y, z", key, cell[0], cell[1], cell[2]));
  }
  if (found.minimum < 0) throw NumericsError(fmt::format("{} is negative: its least value is {}", key, found.minimum));
  return found.maximum;
}

/// Sets the values on the faces across one axis. @param in_cells  ghosts filled
/// @returns the faces; what is on the boundary is added to `seen`
template <class Real>
Field<Real, 3> faces_across(int axis, const Patch& patch, const ops::Formula& formula, const Field<Real, 3>& in_cells,
                            const GhostCells<Real>& ghosts, Seen& seen) {
  const Grid& grid = patch.grid();
  const Space& space = patch.space();
  const auto on_face = grid.make_field<Real>("diffusivity_on_faces");
  ops::set_harmonic_means<Real>(space, grid, axis, in_cells, on_face);
  for (int side = 0; side < 2; ++side) {
    if (!patch.at_boundary(axis, side)) continue;
    const auto values = ghosts.given(axis, side);
    set_face_values<Real>(space, formula, grid, axis, side, 0, values);
    ops::set_on_boundary<Real>(space, grid, axis, side, values, on_face);
    space.fence();
    look_at_face<Real>(grid, axis, values, seen);
  }
  return on_face;
}

}  // namespace

template <class Real>
Diffusivity<Real> make_diffusivity(const SimulationContext& context, const std::string& name) {
  Diffusivity<Real> kappa;
  const auto formulas = axis_formulas(context.deck, name);
  for (const auto& [key, axes] : formulas) {
    const auto formula = formula_of(context.deck, key, FormulaUse::of_space);
    kappa.variable = kappa.variable || !formula.is_constant();
    for (const int axis : axes)
      if (formula.is_constant()) kappa.constant[axis] = kappa.largest[axis] = formula.constant_value();
  }
  if (!kappa.variable) return kappa;

  const Patch& patch = context.patch;
  const auto in_cells = context.grid.make_field<Real>("diffusivity");
  // Beyond the domain's faces any condition will do: what is averaged there is overwritten.
  GhostCells<Real> ghosts(patch, same_conditions({FaceRule::value}));
  for (const auto& [key, axes] : formulas) {
    const auto formula = formula_of(context.deck, key, FormulaUse::of_space);
    ops::set_from_formula<Real>(patch.space(), formula, context.grid, context.grid.interior(), in_cells, 0, 0, 0);
    const double largest_in_cells = check_cells<Real>(patch, key, in_cells);
    ghosts.fill(in_cells);
    Seen seen;
    for (const int axis : axes)
      kappa.on_face[axis] = faces_across<Real>(axis, patch, formula, in_cells, ghosts, seen);
    patch.space().fence();
    const double largest = std::max(largest_in_cells, check_boundary(patch.ranks(), key, seen));
    for (const int axis : axes)
      kappa.largest[axis] = largest;
  }
  return kappa;
}

template Diffusivity<float> make_diffusivity<float>(const SimulationContext&, const std::string&);
template Diffusivity<double> make_diffusivity<double>(const SimulationContext&, const std::string&);

}  // namespace tarn::apps
