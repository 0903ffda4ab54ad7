#include "tarn/apps/driver/selection.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tarn::apps {

namespace {

std::int64_t quotient_up(std::int64_t a, std::int64_t b) {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

/// Cells along one axis, half open.
struct Cells {
  std::int64_t begin = 0, end = 0;
};

/// The cell that holds a place, or the cells whose centres lie between two.
Cells cells_of(const std::vector<double>& places, const Domain& domain, int axis) {
  const auto n = static_cast<std::size_t>(axis);
  const std::int64_t cells = domain.cells[n];
  const auto position = [&](double x) { return (x - domain.lower[n]) / domain.spacing(axis); };
  const auto clamped = [&](double cell, std::int64_t most) {
    return static_cast<std::int64_t>(std::clamp(cell, 0.0, static_cast<double>(most)));
  };
  if (places.size() == 1) {
    const std::int64_t cell = clamped(std::floor(position(places[0])), cells - 1);
    return {cell, cell + 1};
  }
  constexpr double rounding = 1e-9;  // of a centre that was meant
  return {clamped(std::ceil(position(places[0]) - 0.5 - rounding), cells),
          clamped(std::floor(position(places[1]) - 0.5 + rounding) + 1, cells)};
}

/// What is wrong with the places along an axis; empty for nothing.
std::string flaw_of(const std::vector<double>& places, const Domain& domain, int axis) {
  const auto n = static_cast<std::size_t>(axis);
  if (axis >= domain.dimensions) {
    return fmt::format("the grid has {} dimension{}", domain.dimensions, domain.dimensions == 1 ? "" : "s");
  }
  for (const double place : places) {
    if (place < domain.lower[n] || place > domain.upper[n]) {
      return fmt::format("{} is outside the domain, {} to {} along {}", place, domain.lower[n], domain.upper[n],
                         "xyz"[n]);
    }
  }
  if (places.size() == 2 && places[0] > places[1]) {
    return fmt::format("the lower end {} is above the upper end {}", places[0], places[1]);
  }
  const Cells cells = cells_of(places, domain, axis);
  if (cells.begin < cells.end) return {};
  return fmt::format("no cell has its centre between {} and {}; [{}] selects the cell there", places[0], places[1],
                     places[0]);
}

}  // namespace

Selection select_all(const Domain& domain) {
  Selection all;
  for (std::size_t axis = 0; axis < 3; ++axis)
    all.count[axis] = domain.cells[axis];
  return all;
}

Selection selection_of(const io::DeckTable& output, const Domain& domain) {
  Selection selection = select_all(domain);
  const auto strides = output.has("stride") ? output.integers("stride") : std::vector<std::int64_t>{1};
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const auto n = static_cast<std::size_t>(axis);
    Cells cells{0, domain.cells[n]};
    const std::string key = fmt::format("slice.{}", "xyz"[n]);
    if (output.has(key)) cells = cells_of(output.numbers(key), domain, axis);
    selection.stride[n] = strides.size() == 1 ? strides[0] : strides[n];
    selection.first[n] = cells.begin;
    selection.count[n] = quotient_up(cells.end - cells.begin, selection.stride[n]);
  }
  return selection;
}

void check_selection(const io::DeckTable& output, const Domain& domain, io::Problems& problems) {
  for (int axis = 0; axis < 3; ++axis) {
    const std::string key = fmt::format("slice.{}", "xyz"[axis]);
    if (!output.given(key) || !output.valid(key)) continue;
    const std::string flaw = flaw_of(output.numbers(key), domain, axis);
    if (!flaw.empty()) problems.add(output.position(key), output.name_of(key), flaw);
  }
  if (!output.given("stride") || !output.valid("stride")) return;
  const auto strides = output.integers("stride").size();
  if (strides == 1 || strides == static_cast<std::size_t>(domain.dimensions)) return;
  problems.add(
      output.position("stride"), output.name_of("stride"),
      fmt::format("{} numbers for {} dimensions; one for all axes, or one for each", strides, domain.dimensions));
}

io::GridBlock block_of(const Grid& grid, const Selection& selection) {
  io::GridBlock block{};
  block.dimensions = grid.dimensions();
  // The axis that counts the members of a batch.
  while (block.dimensions < 3 && grid.domain().cells[static_cast<std::size_t>(block.dimensions)] > 1)
    ++block.dimensions;
  for (int axis = 0; axis < 3; ++axis) {
    const auto n = static_cast<std::size_t>(axis);
    const std::int64_t first = selection.first[n], stride = selection.stride[n];
    const double spacing = grid.spacing(axis);
    block.cells[n] = selection.count[n];
    block.offset[n] = std::min(quotient_up(grid.offset(axis) - first, stride), selection.count[n]);
    const std::int64_t end = quotient_up(grid.offset(axis) + grid.cells(axis) - first, stride);
    block.count[n] = std::min(end, selection.count[n]) - block.offset[n];
    // A selected cell keeps its centre and stands for `stride` cells around it.
    const double before_first = static_cast<double>(first) - 0.5 * static_cast<double>(stride - 1);
    block.lower[n] = grid.domain().lower[n] + before_first * spacing;
    block.spacing[n] = static_cast<double>(stride) * spacing;
  }
  return block;
}

io::GridBlock block_of(const Grid& grid) {
  return block_of(grid, select_all(grid.domain()));
}

}  // namespace tarn::apps
