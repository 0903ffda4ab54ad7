#include "tarn/apps/pde/no_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <fmt/format.h>

#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/pde/expression_text.hpp"
#include "tarn/apps/pde/names.hpp"

namespace tarn::apps::pde {

using ops::FormulaError;
using ops::FormulaNode;
using ops::FormulaTree;
using ops::NodeKind;
using ops::OpCode;

namespace {

/// Which nodes of a formula its value is made of: a choice whose condition is a constant is one of its values, and a
/// number that functions make of constants is one, such as min(1, 1 / 0).
class PartsThatCount {
 public:
  PartsThatCount(const ops::Graph& graph, const FormulaTree& tree, const std::vector<int>& made)
      : graph_(graph), tree_(tree), made_(made) {}

  std::vector<bool> find() const {
    std::vector<bool> wanted(made_.size(), false);
    wanted.back() = true;
    for (std::size_t n = made_.size(); n-- > 0;) {
      const FormulaNode& node = tree_.nodes[n];
      if (!wanted[n] || is_number_of_constants(node, made_[n])) continue;
      int left_out = -1;
      if (node.kind == NodeKind::choice) {
        const int condition = made_of(node.child[0]);
        if (graph_.is_constant(condition)) left_out = graph_[condition].value != 0 ? 2 : 1;
      }
      for (int child = 0; child < 4; ++child) {
        const int number = node.child[static_cast<std::size_t>(child)];
        if (number >= 0 && child != left_out) wanted[static_cast<std::size_t>(number)] = true;
      }
    }
    return wanted;
  }

 private:
  int made_of(int number) const { return made_[static_cast<std::size_t>(number)]; }

  bool is_number_of_constants(const FormulaNode& node, int made) const {
    if (node.kind != NodeKind::unary && node.kind != NodeKind::binary) return false;
    if (!graph_.is_constant(made) || !std::isfinite(graph_[made].value)) return false;
    return std::all_of(node.child.begin(), node.child.end(),
                       [&](int child) { return child < 0 || graph_.is_constant(made_of(child)); });
  }

  const ops::Graph& graph_;
  const FormulaTree& tree_;
  const std::vector<int>& made_;
};

/// Finds quotients that leave an expression no number.
class Quotients {
 public:
  explicit Quotients(const System& system) : system_(system), graph_(system.graph) {}

  /// A quotient by 0 that an expression is no number for; -1: there is none.
  int find(int root) {
    for (const int part : graph_.parts_of({root})) {
      if (!culprits_.contains(part)) culprits_[part] = culprit_of(part);
    }
    return culprits_.at(root);
  }

 private:
  int culprit_of(int part) {
    const auto& one = graph_[part];
    const auto child = [&](std::size_t n) { return one.child[n] < 0 ? -1 : culprits_.at(one.child[n]); };
    switch (one.kind) {
      case NodeKind::variable: {
        const int number = one.index - system_.field_count();
        return number < 0 ? -1 : find(system_.auxiliaries[static_cast<std::size_t>(number)].node);
      }
      case NodeKind::operation:  // a difference, or a sum over all cells
        return std::max({child(0), child(1), child(2), child(3)});
      case NodeKind::choice:
        return child(1) >= 0 && child(2) >= 0 ? child(1) : -1;
      case NodeKind::unary:
        return one.code == OpCode::negate || one.code == OpCode::square ? child(0) : -1;
      case NodeKind::binary:
        return culprit_of_binary(part, child(0), child(1));
      default:
        return -1;
    }
  }

  int culprit_of_binary(int part, int left, int right) const {
    const auto& one = graph_[part];
    const bool is_quotient = one.code == OpCode::divide || one.code == OpCode::mod;
    if (is_quotient && left < 0) return graph_.is_constant(one.child[1], 0) ? part : -1;
    if (is_quotient) return left;
    const bool is_sum = one.code == OpCode::add || one.code == OpCode::subtract || one.code == OpCode::multiply;
    return !is_sum ? -1 : left >= 0 ? left : right;
  }

  const System& system_;
  const ops::Graph& graph_;
  std::map<int, int> culprits_;  ///< by the part
};

}  // namespace

void refuse_constants_that_are_no_numbers(const ops::Graph& graph, const FormulaTree& tree,
                                          const std::vector<int>& made) {
  const auto wanted = PartsThatCount(graph, tree, made).find();
  for (std::size_t n = 0; n < made.size(); ++n) {
    const auto& one = graph[made[n]];
    if (!wanted[n] || one.kind != NodeKind::constant || std::isfinite(one.value)) continue;
    throw FormulaError(fmt::format("this is {}, whatever the fields are", number_text(one.value)), tree.nodes[n].offset,
                       tree.nodes[n].length);
  }
}

void check_quotients(const io::Deck& deck, const System& system, io::Problems& problems) {
  Quotients quotients(system);
  const auto look = [&](const std::string& key, int root) {
    const int culprit = root < 0 ? -1 : quotients.find(root);
    if (culprit < 0) return;
    const auto origin = system.origins.find(key, culprit);
    const DeckPlace place = origin ? origin->place : DeckPlace{deck.position(key), key};
    problems.add(
        place.position, place.key,
        fmt::format("{} is no number, whatever the fields are{}", text_of(system, culprit),
                    origin && !origin->right.empty() ? fmt::format(": {} is 0", origin->right.substr(0, 40)) : ""));
  };
  for (std::size_t field = 0; field < system.fields.size(); ++field) {
    const std::string& name = system.fields[field];
    look((has_name(deck, "pde.flux", name) ? "pde.flux." : "pde.equations.") + name, system.rates[field]);
  }
  for (const int signal : system.laws.slowest)
    look("pde.signals", signal);
  for (const int signal : system.laws.fastest)
    look(system.laws.slowest.empty() ? "pde.speed" : "pde.signals", signal);
  for (const Named& output : system.outputs)
    look("pde.output." + output.name, output.node);
  for (const Named& column : system.history)
    look("pde.history." + column.name, column.node);
}

}  // namespace tarn::apps::pde
