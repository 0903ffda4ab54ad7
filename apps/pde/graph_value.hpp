#pragma once

#include <functional>

#include "tarn/ops/formula/graph.hpp"

namespace tarn::apps::pde {

/// The value of an expression, worked out at once: for numbers that are needed now and then.
/// @param leaf  gives that of a variable or an operation, by its node
double value_of(const ops::Graph& graph, int node, const std::function<double(int part)>& leaf);

}  // namespace tarn::apps::pde
