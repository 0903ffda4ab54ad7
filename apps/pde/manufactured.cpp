#include "tarn/apps/pde/manufactured.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "tarn/apps/pde/graph_value.hpp"
#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

using ops::NodeKind;
using ops::OpCode;

namespace {

/// Expressions of the fields with the solution in their place, and operators as derivatives.
class Insertion {
 public:
  explicit Insertion(System& system) : system_(system), graph_(system.graph) {}

  int of(int root) {
    for (const int part : graph_.parts_of({root})) {
      if (!known_.contains(part)) known_[part] = made(part);
    }
    return known_.at(root);
  }

  int slope(int node, int axis) { return graph_.derivative(node, graph_.variable(-1 - axis)); }

 private:
  int made(int part) {
    const ops::Graph::Node node = graph_[part];
    std::array<int, 4> child = node.child;
    for (int& one : child) {
      if (one >= 0) one = known_.at(one);
    }
    switch (node.kind) {
      case NodeKind::unary:
        return graph_.unary(node.code, child[0]);
      case NodeKind::binary:
        return graph_.binary(node.code, child[0], child[1]);
      case NodeKind::choice:
        return graph_.choice(child[0], child[1], child[2]);
      case NodeKind::operation:
        return operation(static_cast<Operator>(node.index), child);
      case NodeKind::variable:
        if (node.index >= 0) return variable(static_cast<std::size_t>(node.index));
        return part;
      default:
        return part;
    }
  }

  int variable(std::size_t number) {
    auto& values = system_.manufactured.values;
    if (number < values.size()) return values[number];
    return of(system_.auxiliaries[number - system_.fields.size()].node);
  }

  template <class Term>
  int over_axes(const Term& term) {
    int sum = graph_.constant(0);
    for (int axis = 0; axis < system_.dimensions; ++axis)
      sum = graph_.sum(sum, term(axis));
    return sum;
  }

  int operation(Operator op, const std::array<int, 4>& child) {
    const auto nth = [&](int n) { return child[static_cast<std::size_t>(n)]; };
    const auto place = static_cast<int>(op);
    switch (op) {
      case Operator::laplace:
        return over_axes([&](int axis) { return slope(slope(child[0], axis), axis); });
      case Operator::dx:
      case Operator::dy:
      case Operator::dz:
        return slope(child[0], place - static_cast<int>(Operator::dx));
      case Operator::dxx:
      case Operator::dyy:
      case Operator::dzz: {
        const int axis = place - static_cast<int>(Operator::dxx);
        return slope(slope(child[0], axis), axis);
      }
      case Operator::dxy:
        return slope(slope(child[0], 0), 1);
      case Operator::dxz:
        return slope(slope(child[0], 0), 2);
      case Operator::dyz:
        return slope(slope(child[0], 1), 2);
      case Operator::grad2:
        return over_axes([&](int axis) { return graph_.unary(OpCode::square, slope(child[0], axis)); });
      case Operator::div:
        return over_axes([&](int axis) { return slope(nth(axis), axis); });
      case Operator::diffuse:
        return over_axes([&](int axis) { return slope(graph_.product(child[0], slope(child[1], axis)), axis); });
      case Operator::upwind:
        return over_axes([&](int axis) { return graph_.product(nth(axis), slope(nth(system_.dimensions), axis)); });
      case Operator::balance:
        return graph_.negative(over_axes([&](int axis) { return slope(nth(axis), axis); }));
      default:
        return graph_.constant(0);  // integrals are refused before
    }
  }

  System& system_;
  ops::Graph& graph_;
  std::unordered_map<int, int> known_;
};

/// What an expression of space and time is at a place.
double value_at_place(const ops::Graph& graph, int node, const std::array<double, 3>& place, double time) {
  return value_of(graph, node, [&](int part) {
    const int index = graph[part].index;
    return index == time_t ? time : place[static_cast<std::size_t>(-1 - index)];
  });
}

/// Whether an expression has the same values at both ends of an axis.
bool is_periodic(const ops::Graph& graph, int node, std::size_t axis, const std::array<double, 3>& lower,
                 const std::array<double, 3>& upper, double end) {
  constexpr int places = 7;
  double largest = 0, apart = 0;
  for (int n = 0; n < places; ++n) {
    std::array<double, 3> place{}, other{};
    for (std::size_t a = 0; a < 3; ++a) {  // shares of the golden ratio's powers: in no row
      const double share = std::fmod((n + 0.5) * std::pow(0.6180339887, static_cast<double>(a + 1)), 1.0);
      place[a] = other[a] = lower[a] + share * (upper[a] - lower[a]);
    }
    const double time = end * n / (places - 1), inside = value_at_place(graph, node, place, time);
    place[axis] = lower[axis];
    other[axis] = upper[axis];
    const double one = value_at_place(graph, node, place, time), two = value_at_place(graph, node, other, time);
    largest = std::max({largest, std::abs(inside), std::abs(one), std::abs(two)});
    apart = std::max(apart, std::abs(one - two));
  }
  return !(apart > 1e-7 * largest);
}

}  // namespace

bool has_kink(const ops::Graph::Node& node) {
  if (node.kind == NodeKind::choice) return true;
  if (node.kind == NodeKind::unary)
    return node.code == OpCode::abs || node.code == OpCode::sign || node.code == OpCode::floor ||
           node.code == OpCode::ceil || node.code == OpCode::invert;
  return node.kind == NodeKind::binary && node.code >= OpCode::atan2 && node.code <= OpCode::either;
}

bool has_kink(const ops::Graph& graph, const std::vector<int>& roots) {
  const auto parts = graph.parts_of(roots);
  return std::any_of(parts.begin(), parts.end(), [&](int part) { return has_kink(graph[part]); });
}

void add_manufactured_sources(System& system) {
  Manufactured& made = system.manufactured;
  Insertion insertion(system);
  ops::Graph& graph = system.graph;
  std::vector<int> values = made.values;
  for (std::size_t field = 0; field < system.fields.size(); ++field) {
    const int change = graph.derivative(made.values[field], graph.variable(time_t));
    int& rate = system.rates[field];
    const int left = graph.difference(change, insertion.of(rate));
    rate = graph.sum(rate, left);
  }
  for (const Named& one : system.auxiliaries)
    values.push_back(insertion.of(one.node));
  made.values = values;
  made.slopes.clear();
  for (const int value : values) {
    std::array<int, 3> slopes{-1, -1, -1};
    for (int axis = 0; axis < system.dimensions; ++axis)
      slopes[static_cast<std::size_t>(axis)] = insertion.slope(value, axis);
    made.slopes.push_back(slopes);
  }
}

std::string flaw_of_manufactured(const System& system, const std::array<bool, 3>& periodic,
                                 const std::array<double, 3>& lower, const std::array<double, 3>& upper, double end) {
  std::vector<int> roots = system.rates;
  for (const Named& one : system.auxiliaries)
    roots.push_back(one.node);
  const ops::Graph& graph = system.graph;
  std::set<int> repeated;  // what must be the same at both ends of a periodic axis
  System copy = system;
  Insertion insertion(copy);
  for (const int part : graph.parts_of(roots)) {
    const auto& node = graph[part];
    if (node.kind == NodeKind::operation && !is_stencil(static_cast<Operator>(node.index)))
      return "integral(...) and mean(...) of a solution are not known";
    if (has_kink(node)) return "the equations have a function with a kink or a jump, or a choice";
    if (node.kind != NodeKind::operation) continue;
    for (const int child : node.child) {
      if (child >= 0) repeated.insert(insertion.of(child));
    }
  }
  const auto& values = system.manufactured.values;
  if (has_kink(graph, values)) return "the solution has a function with a kink or a jump, or a choice";
  repeated.insert(values.begin(), values.end());
  for (const int node : repeated) {
    for (int axis = 0; axis < system.dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      if (!periodic[a]) continue;
      if (!is_periodic(copy.graph, node, a, lower, upper, end) ||
          !is_periodic(copy.graph, insertion.slope(node, axis), a, lower, upper, end))
        return fmt::format(
            "the solution, or what an operator is applied to, does not go on across the ends of {}, "
            "which is periodic",
            "xyz"[axis]);
    }
  }
  return {};
}

}  // namespace tarn::apps::pde
