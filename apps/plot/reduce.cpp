#include "tarn/apps/plot/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::plot {

namespace {

void require_axis(const Mesh& mesh, int axis) {
  if (axis >= mesh.dimensions) {
    throw UsageError(fmt::format("the field has no axis {}; it has {} ax{}s", "xyz"[axis], mesh.dimensions,
                                 mesh.dimensions == 1 ? "i" : "e"));
  }
}

/// Calls take(first, stride) for each line of cells along an axis, in the order of the cells that stay.
template <class Take>
void for_each_line(const Mesh& mesh, int axis, const Take& take) {
  std::size_t stride = 1;
  for (int before = 0; before < axis; ++before)
    stride *= static_cast<std::size_t>(mesh.cells[before]);
  std::size_t blocks = 1;
  for (int after = axis + 1; after < 3; ++after)
    blocks *= static_cast<std::size_t>(mesh.cells[after]);
  const auto length = static_cast<std::size_t>(mesh.cells[axis]);
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t inner = 0; inner < stride; ++inner)
      take(block * length * stride + inner, stride);
  }
}

double mean_of(const std::vector<double>& values, std::size_t first, std::size_t stride, std::int64_t count) {
  double sum = 0, shares = 0;
  for (std::int64_t n = 0; n < count; ++n) {
    const double value = values[first + static_cast<std::size_t>(n) * stride];
    if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
    sum += value;
    shares += value / static_cast<double>(count);
  }
  return std::isfinite(sum) ? sum / static_cast<double>(count) : shares;
}

double maximum_of(const std::vector<double>& values, std::size_t first, std::size_t stride, std::int64_t count) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::int64_t n = 0; n < count; ++n) {
    const double value = values[first + static_cast<std::size_t>(n) * stride];
    if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
    largest = std::max(largest, value);
  }
  return largest;
}

void tell(Block& block, const AxisRequest& request, std::int64_t cell) {
  const char axis = "xyz"[request.axis];
  if (request.how == Reduction::cut) {
    block.notes.push_back(fmt::format("{} = {:.4g}", axis, block.mesh.centre(request.axis, cell)));
    block.tags.push_back(fmt::format("{}{:g}", axis, request.place));
  } else {
    const bool mean = request.how == Reduction::average;
    block.notes.push_back(fmt::format("{} {}", mean ? "mean over" : "maximum along", axis));
    block.tags.push_back(fmt::format("{}-{}", mean ? "mean" : "maximum", axis));
  }
}

void cut_mesh(Mesh& mesh, int axis, std::int64_t cell) {
  mesh.lower[axis] += static_cast<double>(cell) * mesh.spacing[axis];
  mesh.cells[axis] = 1;
}

}  // namespace

std::int64_t cell_at(const Mesh& mesh, int axis, double place) {
  require_axis(mesh, axis);
  const double lower = mesh.lower[axis], upper = mesh.upper(axis);
  if (!(place >= lower && place <= upper)) {
    throw UsageError(fmt::format("a cut at {} = {:g} is outside the field, which reaches from {:g} to {:g}",
                                 "xyz"[axis], place, lower, upper));
  }
  const auto cell = static_cast<std::int64_t>(std::floor((place - lower) / mesh.spacing[axis]));
  return std::clamp<std::int64_t>(cell, 0, mesh.cells[axis] - 1);
}

Block reduced(Block block, const std::vector<AxisRequest>& axes) {
  std::set<int> gone;
  for (const auto& request : axes) {
    const int axis = request.axis;
    require_axis(block.mesh, axis);
    if (!gone.insert(axis).second)
      throw UsageError(fmt::format("the axis {} can be cut or averaged only once", "xyz"[axis]));
    const bool cut = request.how == Reduction::cut;
    const std::int64_t cell = cut ? cell_at(block.mesh, axis, request.place) : 0, count = block.mesh.cells[axis];
    tell(block, request, cell);
    std::vector<double> left;
    for_each_line(block.mesh, axis, [&](std::size_t first, std::size_t stride) {
      left.push_back(cut                                 ? block.values[first + static_cast<std::size_t>(cell) * stride]
                     : request.how == Reduction::average ? mean_of(block.values, first, stride, count)
                                                         : maximum_of(block.values, first, stride, count));
    });
    block.values = std::move(left);
    if (cut) cut_mesh(block.mesh, axis, cell);
    block.mesh.cells[axis] = 1;
  }
  return block;
}

Mesh after_cuts(Mesh mesh, const std::vector<AxisRequest>& axes) {
  for (const auto& request : axes) {
    if (request.how == Reduction::cut) cut_mesh(mesh, request.axis, cell_at(mesh, request.axis, request.place));
  }
  return mesh;
}

}  // namespace tarn::plot
