#include "tarn/core/grid/grid.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn {

namespace {
constexpr const char* axis_names[] = {"x", "y", "z"};
}

Grid::Grid(const Domain& domain, const Decomposition& decomposition, int ghosts)
    : domain_(domain), decomposition_(decomposition), ghosts_(ghosts) {
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    if (decomposition.smallest_block(axis) >= ghosts) continue;
    throw UsageError(fmt::format(
        "{} ranks along {} leave blocks of {} cells, fewer than the {} ghost layers of this scheme: use fewer "
        "ranks or more cells",
        decomposition.ranks(axis), axis_names[axis], decomposition.smallest_block(axis), ghosts));
  }
}

CellRange Grid::interior() const {
  CellRange range;
  for (int axis = 0; axis < 3; ++axis) {
    range.begin[axis] = ghosts(axis);
    range.end[axis] = ghosts(axis) + cells(axis);
  }
  return range;
}

CellRange Grid::whole() const {
  CellRange range;
  for (int axis = 0; axis < 3; ++axis) range.end[axis] = extent(axis);
  return range;
}

CellCenters::CellCenters(const Grid& grid) {
  for (int axis = 0; axis < 3; ++axis) {
    lower[axis] = grid.domain().lower[axis];
    spacing[axis] = grid.spacing(axis);
    first[axis] = grid.offset(axis) - grid.ghosts(axis);
  }
}

}  // namespace tarn
