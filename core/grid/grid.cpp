#include "tarn/core/grid/grid.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn {

namespace {
constexpr const char* axis_names[] = {"x", "y", "z"};
}

void detail::require_count(const char* who, std::size_t fields, int wanted) {
  if (fields == static_cast<std::size_t>(wanted)) return;
  throw ShapeMismatch(fmt::format("{}: {} fields, but {} values for each cell", who, fields, wanted));
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
  for (int axis = 0; axis < 3; ++axis)
    range.end[axis] = extent(axis);
  return range;
}

int Grid::row_length(std::size_t element_bytes) const {
  constexpr std::size_t page = 4096, apart = 128, line = 64, gpu_line = 128;
  constexpr std::size_t rows = 4;  // that a stencil and its neighbours touch at a time
  if (dimensions() == 1) return extent(0);
  std::size_t bytes = static_cast<std::size_t>(extent(0)) * element_bytes;
  if (detail::space_is_gpu) return static_cast<int>((bytes + gpu_line - 1) / gpu_line * gpu_line / element_bytes);
  const auto collides = [](std::size_t row) {
    for (std::size_t n = 1; n <= rows; ++n) {
      const std::size_t over = n * row % page;
      if (n * row + apart > page && (over < apart || over + apart > page)) return true;
    }
    return false;
  };
  if (!collides(bytes)) return extent(0);
  bytes = (bytes + line - 1) / line * line;
  while (collides(bytes))
    bytes += line;
  return static_cast<int>(bytes / element_bytes);
}

void Grid::require_extents(const char* who, std::size_t z, std::size_t y, std::size_t x) const {
  const auto wanted = [&](int axis) { return static_cast<std::size_t>(extent(axis)); };
  if (z == wanted(2) && y == wanted(1) && x >= wanted(0)) return;
  throw ShapeMismatch(fmt::format("{}: the field is {} x {} x {} (z, y, x), the grid's fields are {} x {} x {}", who, z,
                                  y, x, wanted(2), wanted(1), wanted(0)));
}

CellCenters::CellCenters(const Grid& grid) {
  for (int axis = 0; axis < 3; ++axis) {
    lower[axis] = grid.domain().lower[axis];
    spacing[axis] = grid.spacing(axis);
    first[axis] = grid.offset(axis) - grid.ghosts(axis);
    cells[axis] = grid.domain().cells[axis];
    period[axis] = grid.domain().periodic[axis] ? cells[axis] : 0;
  }
}

std::vector<CellRange> cells_around(const CellRange& inside, CellRange box) {
  std::vector<CellRange> boxes;
  for (int axis = 2; axis >= 0; --axis) {
    CellRange lower = box, upper = box;
    lower.end[axis] = inside.begin[axis];
    upper.begin[axis] = inside.end[axis];
    for (const CellRange& side : {lower, upper}) {
      if (!side.empty()) boxes.push_back(side);
    }
    box.begin[axis] = inside.begin[axis];
    box.end[axis] = inside.end[axis];
  }
  return boxes;
}

}  // namespace tarn
