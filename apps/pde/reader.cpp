// From a deck's formulas to expressions that share their parts.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/system.hpp"
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

/// A formula of the deck, read once.
struct Source {
  std::string name;
  std::string key;
  io::FormulaText text;
  std::optional<FormulaTree> tree{};
};

class Reader {
 public:
  Reader(const io::Deck& deck, io::Problems& problems) : deck_(deck), problems_(problems) {
    const Domain domain = domain_of(deck);
    system_.dimensions = domain.dimensions;
    for (int axis = 0; axis < 3; ++axis)
      system_.spacing[static_cast<std::size_t>(axis)] = domain.spacing(axis);
    system_.cells = domain.size();
    system_.harmonic = deck.text("pde.face_mean") == "harmonic";
    system_.fields = field_names(deck);
    collect("pde.equations", equations_);
    collect("pde.let", lets_);
    collect("pde.output", outputs_);
    collect("pde.history", history_);
    make_context();
    collect_laws();
    for (auto* list : {&equations_, &lets_, &outputs_, &history_, &fluxes_, &slowest_, &fastest_}) {
      for (Source& source : *list)
        read(source);
    }
  }

  System result() {
    if (!problems_.empty()) return std::move(system_);
    // What an operator is applied to becomes a field; then it is one wherever its name stands.
    std::size_t known = 0;
    do {
      known = fields_of_lets_.size();
      build();
    } while (problems_.empty() && fields_of_lets_.size() > known);
    if (problems_.empty()) find_reach();
    return std::move(system_);
  }

 private:
  void collect(const std::string& table, std::vector<Source>& list) {
    for (const auto& [name, text] : deck_.formulas(table))
      list.push_back({name, table + "." + name, text});
  }

  /// The formulas of [pde.flux], field by field and axis by axis, and those of the signals.
  void collect_laws() {
    for (const auto& field : deck_.names("pde.flux")) {
      for (const auto& text : deck_.formula_list("pde.flux." + field))
        fluxes_.push_back({field, "pde.flux." + field, text});
    }
    if (deck_.given("pde.speed")) {
      for (const auto& text : deck_.formula_list("pde.speed"))
        fastest_.push_back({"speed", "pde.speed", text});
    }
    if (deck_.given("pde.signals")) {
      for (const auto& pair : deck_.formula_pairs("pde.signals")) {
        slowest_.push_back({"signals", "pde.signals", pair[0]});
        fastest_.push_back({"signals", "pde.signals", pair[1]});
      }
    }
    const std::string limiter = deck_.text("pde.limiter");
    system_.laws.limiter = limiter == "minmod"     ? Limiter::minmod
                           : limiter == "van_leer" ? Limiter::van_leer
                                                   : Limiter::mc;
  }

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
    system_.laws.slowest.clear();
    system_.laws.fastest.clear();
    for (const Source& source : slowest_)
      system_.laws.slowest.push_back(converted_on_face(source));
    for (const Source& source : fastest_)
      system_.laws.fastest.push_back(converted_on_face(source));
    const auto axes = static_cast<std::size_t>(system_.dimensions);
    for (std::size_t first = 0; first < fluxes_.size(); first += axes) {
      const auto& names = system_.fields;
      const auto field =
          static_cast<std::size_t>(std::find(names.begin(), names.end(), fluxes_[first].name) - names.begin());
      std::array<int, 4> child{-1, -1, -1, system_.graph.variable(static_cast<int>(field))};
      for (std::size_t axis = 0; axis < axes; ++axis)
        child[axis] = converted_on_face(fluxes_[first + axis]);
      if (!problems_.empty()) continue;
      int& rate = system_.rates[field];
      rate = system_.graph.sum(system_.graph.operation(static_cast<int>(Operator::balance), child), rate);
    }
  }

  void make_context() {
    context_.constants = constants_of(deck_).value();
    context_.operators = operators(system_.dimensions);
    const std::string axes =
        fmt::format("the grid has {} dimension{}", system_.dimensions, system_.dimensions == 1 ? "" : "s");
    for (const auto& name : missing_operators(system_.dimensions))
      context_.refused[name] = axes;
    context_.variables = system_.fields;
    for (const Source& let : lets_)
      context_.variables.push_back(let.name);
    for (int axis = 0; axis < 3; ++axis) {
      const std::string name(1, "xyz"[axis]);
      if (axis < system_.dimensions) {
        context_.variables.push_back(name);
      } else {
        context_.refused[name] = axes;
      }
    }
    context_.variables.push_back("t");
    context_.refused["random"] =
        "it is a number of the initial state; noise in an equation would be another one each step";
    for (const Source& output : outputs_)
      context_.refused[output.name] = "it stands in [pde.output]; give it a name in [pde.let] to use it elsewhere";
  }

  void read(Source& source) {
    try {
      source.tree = ops::parse_formula(source.text.text, context_);
      refuse_missing_axes(*source.tree);
    } catch (const FormulaError& error) {
      complain(source, error);
      source.tree.reset();
    }
  }

  void refuse_missing_axes(const FormulaTree& tree) const {
    const auto missing = missing_operators(system_.dimensions);
    for (const FormulaNode& node : tree.nodes) {
      if (node.kind != NodeKind::operation) continue;
      const std::string& name = context_.operators[static_cast<std::size_t>(node.index)].name;
      if (std::find(missing.begin(), missing.end(), name) == missing.end()) continue;
      throw FormulaError(fmt::format("'{}' has no axis here: {}", name, context_.refused.at(name)), node.offset,
                         node.length);
    }
  }

  /// An error without words was told where it arose.
  void complain(const Source& source, const FormulaError& error) {
    if (*error.what() == 0) return;
    problems_.add(source.text.at(error.offset()), source.key, error.what());
  }

  void build() {
    system_.graph = {};
    system_.rates.clear();
    system_.auxiliaries.clear();
    system_.outputs.clear();
    system_.history.clear();
    made_.clear();
    for (const auto& field : system_.fields) {
      const auto own = std::find_if(equations_.begin(), equations_.end(),
                                    [&](const Source& source) { return source.name == field; });
      system_.rates.push_back(own == equations_.end() ? system_.graph.constant(0) : converted(*own));
    }
    build_laws();
    for (std::size_t n = 0; n < lets_.size(); ++n)
      checked([&] { let_value(n, false, {}); }, lets_[n]);
    for (Source& source : outputs_)
      system_.outputs.push_back({source.name, converted(source)});
    for (Source& source : history_) {
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
      complain(source, error);
    }
  }

  int converted(const Source& source) {
    int node = -1;
    checked([&] { node = convert(*source.tree, false); }, source);
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

  /// @param inside  whether the whole tree is in the argument of a stencil
  int convert(const FormulaTree& tree, bool inside) {
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
                                     context_.operators[static_cast<std::size_t>(node.index)].name),
                         node.offset, node.length);
    }
    return graph.operation(node.index, child);
  }

  int variable(const FormulaNode& node, bool inside) {
    const int fields = system_.field_count(), lets = static_cast<int>(lets_.size());
    if (node.index < fields) return system_.graph.variable(node.index);
    if (node.index < fields + lets) return let_value(static_cast<std::size_t>(node.index - fields), inside, node);
    const int axis = node.index - fields - lets;
    return system_.graph.variable(axis < system_.dimensions ? -1 - axis : int{time_t});
  }

  /// What the name of [pde.let] stands for: its formula, or a field that holds it.
  int let_value(std::size_t let, bool inside, const FormulaNode& use) {
    const Source& source = lets_[let];
    const auto& nodes = source.tree->nodes;
    const bool has_stencil = std::any_of(nodes.begin(), nodes.end(), is_stencil_node);
    if (inside && has_stencil) fields_of_lets_.insert(let);
    const bool is_field = fields_of_lets_.contains(let);
    const auto key = std::pair(let, inside && !is_field);
    if (const auto found = made_.find(key); found != made_.end()) return found->second;
    if (!under_way_.insert(let).second) {
      throw FormulaError(fmt::format("'{}' is made from itself", source.name), use.offset, use.length);
    }
    const auto done = [&] { under_way_.erase(let); };
    int node = -1;
    try {
      node = convert(*source.tree, inside && !is_field);
    } catch (const FormulaError& error) {
      done();
      if (use.length > 0) {
        complain(source, error);
        throw FormulaError("", use.offset, use.length);
      }
      throw;
    }
    done();
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
        system_.reach = std::max(system_.reach, reach_of(static_cast<Operator>(node.index)));
    }
  }

  const io::Deck& deck_;
  io::Problems& problems_;
  System system_;
  ops::FormulaContext context_;
  std::vector<Source> equations_, lets_, outputs_, history_, fluxes_, slowest_, fastest_;
  std::set<std::size_t> fields_of_lets_;
  std::map<std::pair<std::size_t, bool>, int> made_;
  std::set<std::size_t> under_way_;
};

}  // namespace

System read_system(const io::Deck& deck, io::Problems& problems) {
  return Reader(deck, problems).result();
}

}  // namespace tarn::apps::pde
