#include "tarn/apps/pde/uncounted.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/pde/expression_text.hpp"

namespace tarn::apps::pde {

namespace {

using ops::NodeKind;

class Uncounted {
 public:
  /// @param system  takes derivatives
  explicit Uncounted(System& system) : system_(system), graph_(system.graph) {}

  std::vector<std::string> find() {
    for (std::size_t field = 0; field < system_.fields.size(); ++field) {
      of_ = "in the equation of " + system_.fields[field];
      look_at_rate(system_.rates[field]);
    }
    return found_;
  }

 private:
  Operator op(int node) const { return static_cast<Operator>(graph_[node].index); }
  bool is_operator(int node) const { return graph_[node].kind == NodeKind::operation && is_stencil(op(node)); }
  bool is_reduction(int node) const { return graph_[node].kind == NodeKind::operation && !is_stencil(op(node)); }
  /// The expression of the field of [pde.let] that a node is; -1: it is none.
  int inside_of(int node) const {
    const int number = graph_[node].kind == NodeKind::variable ? graph_[node].index - system_.field_count() : -1;
    return number < 0 ? -1 : system_.auxiliaries[static_cast<std::size_t>(number)].node;
  }

  /// All parts, those of fields of [pde.let] too, but not what is integrated.
  std::set<int> parts(int node) const {
    std::set<int> all;
    std::vector<int> unread{node};
    while (!unread.empty()) {
      const int root = unread.back();
      unread.pop_back();
      for (const int part : graph_.parts_of({root}, [this](int one) { return !is_reduction(one); })) {
        const bool is_new = all.insert(part).second;
        if (const int inside = inside_of(part); is_new && inside >= 0) unread.push_back(inside);
      }
    }
    return all;
  }

  std::set<int> parts_of_arguments(int node) const {
    std::set<int> all;
    for (const int child : graph_[node].child) {
      if (child >= 0) all.merge(parts(child));
    }
    return all;
  }

  bool has_operator(int node) const {
    const auto all = parts(node);
    return std::any_of(all.begin(), all.end(), [this](int part) { return is_operator(part); });
  }

  bool depends_on_fields(int reduction) const {
    const auto all = parts_of_arguments(reduction);
    return std::any_of(all.begin(), all.end(), [this](int part) {
      const bool is_field = graph_[part].kind == NodeKind::variable && graph_[part].index >= 0;
      return is_field || (is_reduction(part) && depends_on_fields(part));
    });
  }

  void add(int reduction, const std::string& where) {
    if (!depends_on_fields(reduction)) return;
    const std::string text = fmt::format("{}{} {}", text_of(system_, reduction), where, of_);
    if (std::find(found_.begin(), found_.end(), text) == found_.end()) found_.push_back(text);
  }

  void add_in_arguments(int node, const std::string& where) {
    for (const int part : parts_of_arguments(node)) {
      if (is_reduction(part)) add(part, where);
    }
  }

  void look_at_rate(int rate) {
    const auto in_rate = graph_.parts_of({rate}, [this](int one) { return !is_reduction(one); });
    for (const int part : in_rate) {
      if (!is_operator(part)) continue;
      if (op(part) == Operator::grad2) add_in_arguments(part, " inside grad2");
      if (op(part) == Operator::upwind) add_in_arguments(part, " inside upwind");
      if (op(part) == Operator::balance) add_in_arguments(part, " inside pde.flux");
    }
    for (const int part : parts(rate)) {
      if (const int inside = inside_of(part); inside >= 0) look_at_field_of_let(part, inside, in_rate);
      if (is_reduction(part)) look_at_reduction(part);
    }
  }

  /// @param variable, inside  the field, and what it holds
  /// @param in_rate           parts of the rate
  void look_at_field_of_let(int variable, int inside, const std::vector<int>& in_rate) {
    const std::string where = fmt::format(" inside operators of {}", variable_name(system_, graph_[variable].index));
    const auto own = graph_.parts_of({inside}, [this](int one) { return !is_reduction(one); });
    for (const int part : own) {
      if (is_operator(part)) add_in_arguments(part, where);
    }
    // Times an operator, where an operator is applied to the field.
    const bool is_argument = std::any_of(in_rate.begin(), in_rate.end(), [&](int part) {
      return is_operator(part) && parts_of_arguments(part).contains(variable);
    });
    for (const int part : own) {
      if (is_argument && is_reduction(part) && has_operator(graph_.derivative(inside, part))) add(part, where);
    }
  }

  void look_at_reduction(int reduction) {
    const auto all = parts_of_arguments(reduction);
    if (std::any_of(all.begin(), all.end(), [this](int part) { return is_operator(part); }))
      add(reduction, ", which is of slopes,");
  }

  System& system_;
  ops::Graph& graph_;
  std::string of_;
  std::vector<std::string> found_;
};

}  // namespace

std::string uncounted_reductions(const System& system) {
  constexpr std::size_t most = 3;
  System copy = system;
  auto found = Uncounted(copy).find();
  if (found.empty()) return {};
  const std::size_t more = found.size() > most ? found.size() - most : 0;
  found.resize(found.size() - more);
  return fmt::format("not counted: {}{}; take a smaller time.cfl if the run grows unstable", fmt::join(found, ", "),
                     more > 0 ? fmt::format(", and {} more", more) : "");
}

}  // namespace tarn::apps::pde
