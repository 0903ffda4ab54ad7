#include "tarn/apps/driver/plane.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tarn/core/memory/transfer.hpp"
#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn::apps {

namespace {

/// The cell that pixel `p` of `pixels` shows, of `cells`.
KOKKOS_INLINE_FUNCTION int cell_of(int p, int pixels, std::int64_t cells) {
  return static_cast<int>((2 * std::int64_t{p} + 1) * cells / (2 * std::int64_t{pixels}));
}

/// Pixels whose cells this rank holds, half open.
struct PixelRange {
  int begin = 0, end = 0;
};

PixelRange pixels_of(const Grid& grid, int axis, int pixels) {
  const int cells = grid.domain().cells[static_cast<std::size_t>(axis)];
  PixelRange range;
  while (range.begin < pixels && cell_of(range.begin, pixels, cells) < grid.offset(axis))
    ++range.begin;
  range.end = range.begin;
  while (range.end < pixels && cell_of(range.end, pixels, cells) < grid.offset(axis) + grid.cells(axis))
    ++range.end;
  return range;
}

/// Copies the chosen cells of this rank to the host, row by row.
template <class Real>
std::vector<double> pick(const Space& space, const Grid& grid, const Field<Real, 3>& field, const PlaneChoice& choice,
                         const PixelRange& across, const PixelRange& up, int nx, int ny) {
  const int width = across.end - across.begin, height = up.end - up.begin;
  if (width <= 0 || height <= 0) return {};
  const Field<double, 1> picked("apps::plane", static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const int horizontal = choice.horizontal, vertical = choice.vertical;
  Kokkos::Array<int, 3> base{};
  for (int axis = 0; axis < 3; ++axis)
    base[axis] = grid.ghosts(axis) - grid.offset(axis);
  const auto cells = grid.domain().cells;
  const std::int64_t cells_across = cells[static_cast<std::size_t>(horizontal)];
  const std::int64_t cells_up = cells[static_cast<std::size_t>(vertical)];
  const int at_normal = choice.cell, normal = choice.normal;
  const int first_across = across.begin, first_up = up.begin;
  Kokkos::parallel_for(
      "tarn::apps::pick_plane", Kokkos::RangePolicy<Space>(space, 0, width * height), KOKKOS_LAMBDA(const int n) {
        int place[3];
        place[horizontal] = cell_of(first_across + n % width, nx, cells_across);
        place[vertical] = cell_of(first_up + n / width, ny, cells_up);
        place[normal] = at_normal;
        picked(n) = static_cast<double>(field(place[2] + base[2], place[1] + base[1], place[0] + base[0]));
      });
  space.fence();
  std::vector<double> values(picked.size());
  download(HostField<double, 1>(values.data(), values.size()), picked, "tarn::apps::pick_plane");
  return values;
}

}  // namespace

PlaneChoice choose_plane(const Domain& domain, int normal, double at) {
  if (domain.dimensions < 3) return {};
  PlaneChoice choice;
  choice.normal = normal;
  choice.horizontal = normal == 0 ? 1 : 0;
  choice.vertical = normal == 2 ? 1 : 2;
  const auto axis = static_cast<std::size_t>(normal);
  const auto cell = static_cast<int>(std::floor((at - domain.lower[axis]) / domain.spacing(normal)));
  choice.cell = std::clamp(cell, 0, domain.cells[axis] - 1);
  return choice;
}

Plane gather_plane(const Space& space, const Communicator& ranks, const Grid& grid, const NamedField& field,
                   const PlaneChoice& choice, int most) {
  const auto& cells = grid.domain().cells;
  Plane plane;
  plane.nx = std::min(most, cells[static_cast<std::size_t>(choice.horizontal)]);
  plane.ny = std::min(most, cells[static_cast<std::size_t>(choice.vertical)]);
  for (int p = 0; p < plane.nx; ++p) {
    plane.columns.push_back(cell_of(p, plane.nx, cells[static_cast<std::size_t>(choice.horizontal)]));
  }

  const bool holds_plane =
      grid.offset(choice.normal) <= choice.cell && choice.cell < grid.offset(choice.normal) + grid.cells(choice.normal);
  const PixelRange across = holds_plane ? pixels_of(grid, choice.horizontal, plane.nx) : PixelRange{};
  const PixelRange up = holds_plane ? pixels_of(grid, choice.vertical, plane.ny) : PixelRange{};
  const auto mine = std::visit(
      [&](const auto& values) {
        using Real = typename std::decay_t<decltype(values)>::non_const_value_type;
        return pick<Real>(space, grid, values, choice, across, up, plane.nx, plane.ny);
      },
      field.values);

  // Rank 0 learns which pixels each rank sends, then puts them in place.
  const int range[4] = {across.begin, across.end, up.begin, up.end};
  const auto size = static_cast<std::size_t>(ranks.size());
  std::vector<int> ranges(4 * size), counts(size), starts(size);
  require_mpi(MPI_Gather(range, 4, MPI_INT, ranges.data(), 4, MPI_INT, 0, ranks.handle()), "MPI_Gather");
  for (std::size_t r = 0; r < size; ++r) {
    const int* p = &ranges[4 * r];
    counts[r] = ranks.is_root() ? std::max(0, p[1] - p[0]) * std::max(0, p[3] - p[2]) : 0;
  }
  std::exclusive_scan(counts.begin(), counts.end(), starts.begin(), 0);
  std::vector<double> all(static_cast<std::size_t>(starts.back() + counts.back()));
  require_mpi(MPI_Gatherv(mine.data(), static_cast<int>(mine.size()), MPI_DOUBLE, all.data(), counts.data(),
                          starts.data(), MPI_DOUBLE, 0, ranks.handle()),
              "MPI_Gatherv");
  if (!ranks.is_root()) return plane;

  plane.values.resize(static_cast<std::size_t>(plane.nx) * static_cast<std::size_t>(plane.ny));
  for (std::size_t r = 0; r < size; ++r) {
    const int* p = &ranges[4 * r];
    auto from = all.begin() + starts[r];
    for (int row = p[2]; row < p[3]; ++row) {
      std::copy_n(from, p[1] - p[0], plane.values.begin() + std::ptrdiff_t{row} * plane.nx + p[0]);
      from += p[1] - p[0];
    }
  }
  return plane;
}

std::optional<io::ValueRange> value_range_of(const Communicator& ranks, const Plane& plane) {
  const auto range = io::value_range(plane.values);
  if (!ranks.broadcast(range.has_value())) return {};
  const io::ValueRange values = range.value_or(io::ValueRange{0, 0});
  return io::ValueRange{ranks.broadcast(values.lower), ranks.broadcast(values.upper)};
}

}  // namespace tarn::apps
