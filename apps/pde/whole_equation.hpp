#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/ops/formula/formula_error.hpp"

namespace tarn::apps::pde {

/// What is said of a formula that cannot be read because a whole equation stands in it: du/dt = laplace(u).
/// @param key     of the formula, such as "pde.equations.u"
/// @param fields  of the equations
/// @returns nothing, if it is wrong in another way
std::optional<ops::FormulaError> whole_equation(const std::string& text, const std::string& key,
                                                const std::vector<std::string>& fields);

}  // namespace tarn::apps::pde
