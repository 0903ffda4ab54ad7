#pragma once

#include "tarn/ops/formula/program_builder.hpp"
#include "tarn/ops/formula/tree.hpp"

namespace tarn::ops::detail {

/// Writes the instructions of a tree, in the order of its text.
/// @throws FormulaError if the program grows beyond a limit, or the tree has operators
ProgramBuilder compile(const FormulaTree& tree);

}  // namespace tarn::ops::detail
