#include "tarn/apps/pde/graph_value.hpp"

#include <unordered_map>

#include "tarn/ops/formula/operations.hpp"

namespace tarn::apps::pde {

using ops::NodeKind;

double value_of(const ops::Graph& graph, int node, const std::function<double(int part)>& leaf) {
  const auto enters = [&](int part) { return graph[part].kind != NodeKind::operation; };
  std::unordered_map<int, double> values;
  for (const int part : graph.parts_of({node}, enters)) {
    const auto& one = graph[part];
    const auto child = [&](std::size_t n) { return values.at(one.child[n]); };
    switch (one.kind) {
      case NodeKind::constant:
        values[part] = one.value;
        break;
      case NodeKind::unary:
        values[part] = ops::detail::apply(one.code, child(0));
        break;
      case NodeKind::binary:
        values[part] = ops::detail::apply(one.code, child(0), child(1));
        break;
      case NodeKind::choice:
        values[part] = child(0) != 0 ? child(1) : child(2);
        break;
      default:
        values[part] = leaf(part);
    }
  }
  return values.at(node);
}

}  // namespace tarn::apps::pde
