#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/ops/formula/formula_error.hpp"

namespace tarn::apps::pde {

/// What is said of a formula in which a whole equation stands, or a derivative in time: du/dt = laplace(u), u_t, dt(u).
/// @param key     of the formula, such as "pde.equations.u"
/// @param fields  of the equations
/// @param error   why the formula cannot be read
/// @returns nothing, if it is wrong in another way
std::optional<ops::FormulaError> whole_equation(const std::string& text, const std::string& key,
                                                const std::vector<std::string>& fields, const ops::FormulaError& error);

}  // namespace tarn::apps::pde
