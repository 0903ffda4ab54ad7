#pragma once

#include <string_view>
#include <vector>

#include "tarn/ops/formula/formula.hpp"

namespace tarn::ops {

/// What is wrong with a formula: what parse_formula() would throw, and if that is a name which is unknown or may not
/// stand here, the other such names too, each once, where it stands first.
/// @returns none, if it can be parsed
std::vector<FormulaError> formula_errors(std::string_view text, const FormulaContext& context);

}  // namespace tarn::ops
