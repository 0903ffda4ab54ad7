#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tarn/ops/formula/formula.hpp"
#include "tarn/ops/formula/lexer.hpp"
#include "tarn/ops/formula/names.hpp"
#include "tarn/ops/formula/tree.hpp"

namespace tarn::ops {

namespace {

/// A constant that is being evaluated.
struct Visit {
  std::string name;
  std::vector<detail::Token> needs;  ///< where its formula names other constants
  std::size_t next = 0;              ///< the first of them not looked at yet
};

class ConstantEvaluator {
 public:
  explicit ConstantEvaluator(const std::map<std::string, std::string>& formulas) : formulas_(formulas) {
    context_.refused["random"] = "a constant is the same in every cell";
  }

  std::map<std::string, double> evaluate() {
    for (const auto& [name, text] : formulas_)
      check_name(name);
    for (const auto& [name, text] : formulas_)
      visit(name);
    return std::move(context_.constants);
  }

 private:
  static void check_name(const std::string& name) {
    if (!detail::is_name(name)) {
      throw ConstantError(name, "a name is a letter followed by letters, digits and underscores", 0, 0);
    }
    if (name == "pi" || name == "random" || detail::find_function(name) != nullptr) {
      throw ConstantError(name, fmt::format("formulas know '{}' already; choose another name", name), 0, 0);
    }
  }

  /// Evaluates a constant after those that it needs. Depth first without recursion: a chain may be long.
  void visit(const std::string& first) {
    if (context_.constants.contains(first)) return;
    path_ = {start(first)};
    while (!path_.empty()) {
      Visit& top = path_.back();
      if (top.next == top.needs.size()) {
        context_.constants[top.name] = value_of(top.name);
        path_.pop_back();
        continue;
      }
      const detail::Token need = top.needs[top.next++];
      const std::string name(need.text);
      if (context_.constants.contains(name)) continue;
      refuse_circle(need);
      path_.push_back(start(name));
    }
  }

  Visit start(const std::string& name) const {
    const std::string_view text = formulas_.at(name);
    Visit visit{name, {}, 0};
    // What is too long is refused with the right words when it is parsed.
    if (text.size() > Formula::max_text) return visit;
    try {
      detail::Lexer lexer(text);
      for (auto token = lexer.next(); token.kind != detail::TokenKind::end; token = lexer.next()) {
        if (token.kind == detail::TokenKind::name && formulas_.contains(std::string(token.text))) {
          visit.needs.push_back(token);
        }
      }
    } catch (const FormulaError& error) {
      throw ConstantError(name, error.what(), error.offset(), error.length());
    }
    return visit;
  }

  double value_of(const std::string& name) const {
    try {
      const std::string& text = formulas_.at(name);
      const double value = Formula(text, context_).constant_value();
      if (!std::isfinite(value)) refuse_what_is_no_number(text);
      return value;
    } catch (const FormulaError& error) {
      throw ConstantError(name, error.what(), error.offset(), error.length());
    }
  }

  /// Names the part that makes a constant no number, of one that is none: all that it is made of are numbers.
  void refuse_what_is_no_number(const std::string& text) const {
    const FormulaTree tree = parse_formula(text, context_);
    const auto values = values_of(tree);
    const std::size_t part = flaw_of(tree, values);
    const char* const what = std::isnan(values[part]) ? "nan" : values[part] > 0 ? "inf" : "-inf";
    throw FormulaError(fmt::format("this is {}, and a constant is a finite number", what), tree.nodes[part].offset,
                       tree.nodes[part].length);
  }

  /// Of all nodes of a formula of constants.
  static std::vector<double> values_of(const FormulaTree& tree) {
    std::vector<double> values;
    for (const FormulaNode& node : tree.nodes) {
      const auto child = [&](std::size_t n) { return values[static_cast<std::size_t>(node.child[n])]; };
      double value = node.value;
      if (node.kind == NodeKind::unary) value = detail::apply(node.code, child(0));
      if (node.kind == NodeKind::binary) value = detail::apply(node.code, child(0), child(1));
      if (node.kind == NodeKind::choice) value = child(0) != 0 ? child(1) : child(2);
      values.push_back(value);
    }
    return values;
  }

  /// The node that is no number although all that it is made of are, on the way down from the root, which is none.
  static std::size_t flaw_of(const FormulaTree& tree, const std::vector<double>& values) {
    auto part = static_cast<std::size_t>(tree.root());
    for (bool is_found = false; !is_found;) {
      const FormulaNode& node = tree.nodes[part];
      const auto child = [&](std::size_t n) { return static_cast<std::size_t>(node.child[n]); };
      const bool is_choice = node.kind == NodeKind::choice;
      const std::size_t first = is_choice ? (values[child(0)] != 0 ? 1 : 2) : 0, end = is_choice ? first + 1 : 2;
      is_found = true;
      for (std::size_t n = first; n < end && is_found; ++n) {
        if (node.child[n] < 0 || std::isfinite(values[child(n)])) continue;
        part = child(n);
        is_found = false;
      }
    }
    return part;
  }

  void refuse_circle(const detail::Token& need) const {
    const auto begin =
        std::find_if(path_.begin(), path_.end(), [&](const Visit& visit) { return visit.name == need.text; });
    if (begin == path_.end()) return;
    std::vector<std::string> names;
    for (auto step = begin; step != path_.end(); ++step)
      names.push_back(step->name);
    throw ConstantError(path_.back().name, "constants need each other in a circle: " + detail::circle_text(names),
                        need.offset, need.text.size());
  }

  const std::map<std::string, std::string>& formulas_;
  FormulaContext context_;
  std::vector<Visit> path_;
};

}  // namespace

std::map<std::string, double> evaluate_constants(const std::map<std::string, std::string>& formulas) {
  return ConstantEvaluator(formulas).evaluate();
}

}  // namespace tarn::ops
