#include "tarn/apps/plot/exact.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/plot/reduce.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::plot {

namespace {

/// Cells of which an exact solution is worked out at most: some take a root search each.
constexpr std::int64_t most_cells = 4'000'000;

/// A cell of the run, around the centre of one of the file's, which may be every second one alone.
/// @param spacing  of the run [length]
apps::Box cell_of(const Mesh& mesh, const std::array<double, 3>& spacing, const std::array<std::int64_t, 3>& at) {
  apps::Box box;
  for (int axis = 0; axis < 3; ++axis) {
    const bool there = axis < mesh.dimensions;
    box.lower[axis] = there ? mesh.centre(axis, at[axis]) - spacing[axis] / 2 : 0;
    box.upper[axis] = there ? mesh.centre(axis, at[axis]) + spacing[axis] / 2 : 1;
  }
  return box;
}

}  // namespace

ExactSolutions::ExactSolutions(const Source& source, std::vector<std::string>& warnings) {
  const std::string deck = source.deck();
  if (deck.empty()) return;
  try {
    const auto made = apps::parse_case(deck, "deck.toml");
    if (const auto* simulation = dynamic_cast<const apps::SimulationCase*>(made.get())) {
      fields_ = simulation->model().exact;
      const auto domain = apps::domain_of(made->deck());
      for (int axis = 0; axis < domain.dimensions; ++axis)
        spacing_[axis] = domain.spacing(axis);
    }
  } catch (const Error& error) {  // its pictures need no deck
    warnings.push_back(fmt::format("{}: no exact solutions are shown, for its deck is refused: {}",
                                   io::path_text(source.path()), apps::message_of(error)));
  }
}

std::optional<Block> ExactSolutions::of(const Block& whole, const std::vector<AxisRequest>& axes) const {
  const auto field =
      std::find_if(fields_.begin(), fields_.end(), [&](const auto& exact) { return exact.field == whole.name; });
  if (field == fields_.end() || !whole.mesh.placed) return {};
  Block exact = whole;
  exact.mesh = after_cuts(whole.mesh, axes);
  const auto& cells = exact.mesh.cells;
  if (cells[0] * cells[1] * cells[2] > most_cells) return {};
  exact.values.clear();
  for (std::int64_t k = 0; k < cells[2]; ++k) {
    for (std::int64_t j = 0; j < cells[1]; ++j) {
      for (std::int64_t i = 0; i < cells[0]; ++i)
        exact.values.push_back(field->value(cell_of(exact.mesh, spacing_, {i, j, k}), whole.time));
    }
  }
  auto rest = axes;
  std::erase_if(rest, [](const auto& request) { return request.how == Reduction::cut; });
  return reduced(std::move(exact), rest);
}

}  // namespace tarn::plot
