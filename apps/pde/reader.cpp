// From a deck's formulas to expressions that share their parts.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/let_circles.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/no_numbers.hpp"
#include "tarn/apps/pde/sources.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

namespace {

using ops::FormulaError;
using ops::FormulaNode;
using ops::FormulaTree;
using ops::NodeKind;

bool is_stencil_node(const FormulaNode& node) {
  return node.kind == NodeKind::operation && is_stencil(static_cast<Operator>(node.index));
}

/// A system without equations.
System empty_system(const io::Deck& deck) {
  System system;
  const Domain domain = domain_of(deck);
  system.dimensions = domain.dimensions;
  for (int axis = 0; axis < 3; ++axis)
    system.spacing[static_cast<std::size_t>(axis)] = domain.spacing(axis);
  system.cells = domain.size();
  system.order = static_cast<int>(deck.integer("pde.order"));
  system.harmonic = deck.text("pde.face_mean") == "harmonic";
  system.fields = field_names(deck);
  const std::string limiter = deck.text("pde.limiter");
  system.laws.limiter = limiter == "minmod" ? Limiter::minmod : limiter == "van_leer" ? Limiter::van_leer : Limiter::mc;
  return system;
}

class Reader {
 public:
  Reader(const io::Deck& deck, io::Problems& problems)
      : deck_(deck),
        problems_(problems),
        system_(empty_system(deck)),
        sources_(deck, system_.fields, system_.dimensions, problems) {}

  System result() {
    if (problems_.empty()) check_circles(sources_, system_.field_count(), problems_);
    if (!problems_.empty()) return std::move(system_);
    // What an operator is applied to becomes a field; then it is one wherever its name stands.
    std::size_t known = 0;
    do {
      known = fields_of_lets_.size();
      build();
    } while (problems_.empty() && fields_of_lets_.size() > known);
    if (problems_.empty() && !sources_.manufactured.empty())
      manufacture(
          deck_, sources_, [this](const Source& source) { return converted(source); }, system_, problems_);
    if (problems_.empty()) check_quotients(deck_, system_, problems_);
    if (problems_.empty()) find_reach();
    return std::move(system_);
  }

 private:
  /// An expression of a face: it has the values of fields there, and no neighbours.
  int converted_on_face(const Source& source) {
    const int node = converted(source);
    const auto parts = node < 0 ? std::vector<int>{} : system_.graph.parts_of({node});
    const bool has_field_of_let = std::any_of(parts.begin(), parts.end(), [this](int part) {
      const auto& one = system_.graph[part];
      return one.kind == NodeKind::variable && one.index >= system_.field_count();
    });
    if (node >= 0 && (has_field_of_let || (system_.dependence(node) & (on_space | on_neighbors)) != 0)) {
      problems_.add(source.text.position, source.key,
                    "may use fields, constants and t, but neither x, y, z nor operators: it is computed on faces");
    }
    return node;
  }

  void build_laws() {
    for (const Source& source : sources_.slowest)
      system_.laws.slowest.push_back(converted_on_face(source));
    for (const Source& source : sources_.fastest)
      system_.laws.fastest.push_back(converted_on_face(source));
    const auto axes = static_cast<std::size_t>(system_.dimensions);
    for (std::size_t first = 0; first < sources_.fluxes.size(); first += axes) {
      const auto& names = system_.fields;
      const auto field =
          static_cast<std::size_t>(std::find(names.begin(), names.end(), sources_.fluxes[first].name) - names.begin());
      std::array<int, 4> child{-1, -1, -1, system_.graph.variable(static_cast<int>(field))};
      for (std::size_t axis = 0; axis < axes; ++axis)
        child[axis] = converted_on_face(sources_.fluxes[first + axis]);
      if (!problems_.empty()) continue;
      int& rate = system_.rates[field];
      rate = system_.graph.sum(system_.graph.operation(static_cast<int>(Operator::balance), child), rate);
    }
  }

  void build() {
    system_.forget_expressions();
    made_.clear();
    for (const auto& field : system_.fields) {
      const auto own = std::find_if(sources_.equations.begin(), sources_.equations.end(),
                                    [&](const Source& source) { return source.name == field; });
      system_.rates.push_back(own == sources_.equations.end() ? system_.graph.constant(0) : converted(*own));
    }
    build_laws();
    for (std::size_t n = 0; n < sources_.lets.size(); ++n)
      checked([&] { let_value(n, false, {}); }, sources_.lets[n]);
    for (Source& source : sources_.outputs)
      system_.outputs.push_back({source.name, converted(source)});
    for (Source& source : sources_.history) {
      const int node = converted(source);
      system_.history.push_back({source.name, node});
      if (node < 0 || system_.is_uniform(node)) continue;
      problems_.add(source.text.position, source.key,
                    "is not one number: it needs integral(...) or mean(...) around what differs from cell to cell");
    }
  }

  template <class Action>
  void checked(const Action& action, const Source& source) {
    try {
      action();
    } catch (const FormulaError& error) {
      sources_.complain(source, error);
    }
  }

  int converted(const Source& source) {
    int node = -1;
    checked([&] { node = convert(source, false); }, source);
    return node;
  }

  /// Which nodes are in the argument of a stencil.
  static std::vector<char> insides(const FormulaTree& tree, bool whole) {
    std::vector<char> inside(tree.nodes.size(), whole ? 1 : 0);
    for (std::size_t n = tree.nodes.size(); n-- > 0;) {
      const bool below = inside[n] != 0 || is_stencil_node(tree.nodes[n]);
      for (const int child : tree.nodes[n].child) {
        if (child >= 0) inside[static_cast<std::size_t>(child)] = below ? 1 : 0;
      }
    }
    return inside;
  }

  /// @param inside  whether the whole formula is in the argument of a stencil
  int convert(const Source& source, bool inside) {
    const FormulaTree& tree = *source.tree;
    const auto is_inside = insides(tree, inside);
    std::vector<int> made(tree.nodes.size(), -1);
    for (std::size_t n = 0; n < tree.nodes.size(); ++n) {
      const FormulaNode& node = tree.nodes[n];
      std::array<int, 4> child = node.child;
      for (int& one : child) {
        if (one >= 0) one = made[static_cast<std::size_t>(one)];
      }
      made[n] = convert_node(node, child, is_inside[n] != 0);
    }
    refuse_constants_that_are_no_numbers(system_.graph, tree, made);
    system_.origins.add(source.key, source.text, tree, made);
    return made.back();
  }

  int convert_node(const FormulaNode& node, const std::array<int, 4>& child, bool inside) {
    ops::Graph& graph = system_.graph;
    switch (node.kind) {
      case NodeKind::constant:
        return graph.constant(node.value);
      case NodeKind::unary:
        return graph.unary(node.code, child[0]);
      case NodeKind::binary:
        return graph.binary(node.code, child[0], child[1]);
      case NodeKind::choice:
        return graph.choice(child[0], child[1], child[2]);
      case NodeKind::variable:
        return variable(node, inside);
      default:
        break;
    }
    if (is_stencil_node(node) && inside) {
      throw FormulaError(fmt::format("'{}' stands in what an operator is applied to: give it a name in [pde.let], and "
                                     "apply the operator to the name",
                                     sources_.context().operators[static_cast<std::size_t>(node.index)].name),
                         node.offset, node.length);
    }
    return graph.operation(node.index, child);
  }

  int variable(const FormulaNode& node, bool inside) {
    const int fields = system_.field_count(), lets = static_cast<int>(sources_.lets.size());
    if (node.index < fields) return system_.graph.variable(node.index);
    if (node.index < fields + lets) return let_value(static_cast<std::size_t>(node.index - fields), inside, node);
    const int axis = node.index - fields - lets;
    return system_.graph.variable(axis < system_.dimensions ? -1 - axis : int{time_t});
  }

  /// What the name of [pde.let] stands for: its formula, or a field that holds it.
  int let_value(std::size_t let, bool inside, const FormulaNode& use) {
    const Source& source = sources_.lets[let];
    const auto& nodes = source.tree->nodes;
    const bool has_stencil = std::any_of(nodes.begin(), nodes.end(), is_stencil_node);
    if (inside && has_stencil) fields_of_lets_.insert(let);
    const bool is_field = fields_of_lets_.contains(let);
    const auto key = std::pair(let, inside && !is_field);
    if (const auto found = made_.find(key); found != made_.end()) return found->second;
    int node = -1;
    try {
      node = convert(source, inside && !is_field);
    } catch (const FormulaError& error) {
      if (use.length > 0) {
        sources_.complain(source, error);
        throw FormulaError("", use.offset, use.length);
      }
      throw;
    }
    if (is_field) node = auxiliary(source.name, node);
    return made_[key] = node;
  }

  int auxiliary(const std::string& name, int node) {
    system_.auxiliaries.push_back({name, node});
    return system_.graph.variable(system_.field_count() + static_cast<int>(system_.auxiliaries.size()) - 1);
  }

  void find_reach() {
    for (int n = 0; n < system_.graph.size(); ++n) {
      const auto& node = system_.graph[n];
      if (node.kind == NodeKind::operation)
        system_.reach = std::max(system_.reach, reach_of(static_cast<Operator>(node.index), system_.order));
    }
  }

  const io::Deck& deck_;
  io::Problems& problems_;
  System system_;
  Sources sources_;
  std::set<std::size_t> fields_of_lets_;
  std::map<std::pair<std::size_t, bool>, int> made_;
};

}  // namespace

System read_system(const io::Deck& deck, io::Problems& problems) {
  return Reader(deck, problems).result();
}

}  // namespace tarn::apps::pde
