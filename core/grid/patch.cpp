#include "tarn/core/grid/patch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn {

Grid cut_among(const Communicator& ranks, const Domain& domain, int ghosts) {
  const int least = std::max(1, ghosts);
  return {domain, Decomposition(domain.cells, domain.periodic, ranks.size(), ranks.rank(), least), ghosts};
}

Patch::Patch(const Space& space, const Communicator& ranks, const Domain& domain, int ghosts,
             const Transport& transport)
    : Patch(space, ranks, cut_among(ranks, domain, ghosts), transport) {}

Patch::Patch(const Space& space, const Communicator& ranks, const Grid& grid, const Transport& transport)
    : space_(space), ranks_(&ranks), grid_(grid), transport_(transport) {
  const auto& blocks = grid.decomposition();
  require(blocks.ranks(0) * blocks.ranks(1) * blocks.ranks(2) == ranks.size(),
          fmt::format("patch: the grid is cut into {} x {} x {} blocks for {} ranks", blocks.ranks(0), blocks.ranks(1),
                      blocks.ranks(2), ranks.size()));
}

bool Patch::at_boundary(int axis, int side) const {
  return axis < grid_.dimensions() && grid_.decomposition().neighbor(axis, side) < 0;
}

bool Patch::is_cut(int axis, int side) const {
  return axis < grid_.dimensions() && grid_.decomposition().is_cut(axis, side);
}

bool Patch::is_cut() const {
  for (int axis = 0; axis < 3; ++axis) {
    if (is_cut(axis, 0) || is_cut(axis, 1)) return true;
  }
  return false;
}

CellRange Patch::inner(int width) const {
  CellRange range = grid_.interior();
  for (int axis = 0; axis < grid_.dimensions(); ++axis) {
    const CellRange all = range;
    if (is_cut(axis, 0)) range.begin[axis] = std::min(all.begin[axis] + width, all.end[axis]);
    if (is_cut(axis, 1)) range.end[axis] = std::max(range.begin[axis], all.end[axis] - width);
  }
  return range;
}

std::vector<CellRange> Patch::rim(int width) const {
  return cells_around(inner(width), grid_.interior());
}

}  // namespace tarn
