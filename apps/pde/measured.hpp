#pragma once

#include <functional>
#include <optional>

#include "tarn/apps/pde/dimension.hpp"
#include "tarn/ops/formula/tree.hpp"

namespace tarn::apps::pde {

/// What a part of a formula is measured in; the number 0 is measured in anything.
struct Measured {
  Dimension dimension{};
  bool is_zero = false;
  std::optional<double> value{};  ///< of a number that is written down
};

/// What a formula of equations is measured in.
/// @param length      what coordinates are measured in
/// @param dimensions  axes of the grid
/// @param variable    what the variable of a slot is measured in
/// @throws FormulaError where the terms of a sum differ, or a function needs a pure number and has none
Measured measured_tree(const ops::FormulaTree& tree, const Dimension& length, int dimensions,
                       const std::function<Measured(int index)>& variable);

}  // namespace tarn::apps::pde
