#pragma once

#include <map>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/apps/pipeline/program.hpp"

// The steps that are no reductions, on arrays whose types are known at run time. All are asynchronous.

namespace tarn::apps::pipeline {

/// The array itself, or with its elements converted to a type that holds them.
Array converted(const Space& space, const Array& array, ElementType type);

/// Evaluates a formula over arrays by name; a single number takes part as an array of one element.
/// @param target  float32 or float64, of the broadcast shape
/// @param offset  number of the target's first element in the whole array, for `random`
void evaluate_formula(const Space& space, const Array& target, const ops::Formula& formula,
                      const std::map<std::string, Array>& inputs, std::uint64_t seed, std::uint64_t stream,
                      std::int64_t offset);

}  // namespace tarn::apps::pipeline
