#include "tarn/apps/pde/origins.hpp"

#include "tarn/ops/formula/lexer.hpp"

namespace tarn::apps::pde {

using ops::FormulaNode;
using ops::NodeKind;

void Origins::add(const std::string& key, const io::FormulaText& text, const ops::FormulaTree& tree,
                  const std::vector<int>& made) {
  Formula formula{key, text, tree, {}};
  for (std::size_t n = 0; n < made.size(); ++n) {
    const NodeKind kind = tree.nodes[n].kind;
    if (kind != NodeKind::constant && kind != NodeKind::variable)
      formula.numbers.try_emplace(made[n], static_cast<int>(n));
  }
  formulas_.push_back(std::move(formula));
}

std::optional<Origin> Origins::find(const std::string& key, int node) const {
  const auto own = find_in(key, node);
  return own ? own : find_in("pde.let.", node);
}

std::optional<Origin> Origins::find_in(const std::string& beginning_of_key, int node) const {
  for (const Formula& formula : formulas_) {
    if (!formula.key.starts_with(beginning_of_key)) continue;
    const auto found = formula.numbers.find(node);
    if (found == formula.numbers.end()) continue;
    const auto of = [&](int number) -> const FormulaNode& {
      return formula.tree.nodes[static_cast<std::size_t>(number)];
    };
    const FormulaNode& own = of(found->second);
    Origin origin{{formula.text.at(own.offset), formula.key}, {}};
    if (own.kind != NodeKind::binary) return origin;
    const FormulaNode& right = of(own.child[1]);
    const auto text = formula.text.text.substr(right.offset, right.length);
    const bool is_leaf = right.kind == NodeKind::constant || right.kind == NodeKind::variable;
    if (is_leaf && ops::detail::is_name(text)) origin.right = text;
    return origin;
  }
  return {};
}

}  // namespace tarn::apps::pde
