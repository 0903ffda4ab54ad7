#pragma once

#include <vector>

#include "tarn/apps/pde/program.hpp"
#include "tarn/ops/integrate/combination_form.hpp"

namespace tarn::apps::pde {

/// The program of a whole stage: behind the last step of each rate stands what an integrator makes of it, in the order
/// of operations of ops::Combination and ops::Rk4Last, so that the bits are theirs.
///
/// The weights are numbers behind those of `rates`, in the order of the form; loads of the arrays in the cell itself
/// are of array_combined and the next ones, or of the state where the form says so.
/// @param is_one  of each weight, whether it is 1: it is left out of products
Program combined(const Program& rates, const ops::CombinationForm& form, const std::vector<char>& is_one);

}  // namespace tarn::apps::pde
