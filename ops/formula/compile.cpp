#include "tarn/ops/formula/compile.hpp"

#include <cstdint>

namespace tarn::ops::detail {

namespace {

/// Walks a tree with a stack of its own: a sum of many terms is a deep tree.
class Compiler {
 public:
  explicit Compiler(const FormulaTree& tree) : tree_(tree) {}

  ProgramBuilder compile() {
    todo_.push_back({tree_.root(), 0, 0});
    while (!todo_.empty())
      advance();
    return std::move(builder_);
  }

 private:
  /// A node, how many of its children are written, and the branch that is open.
  struct Visit {
    int node;
    int done;
    std::size_t opened;
  };

  void advance() {
    Visit& visit = todo_.back();
    const FormulaNode& node = tree_.nodes[static_cast<std::size_t>(visit.node)];
    builder_.set_place(node.offset, node.length);
    if (node.kind == NodeKind::choice) branch(visit);
    const int next = visit.done < 4 ? node.child[static_cast<std::size_t>(visit.done)] : -1;
    if (next >= 0) {
      ++visit.done;
      todo_.push_back({next, 0, 0});
      return;
    }
    finish(node);
    todo_.pop_back();
  }

  /// What stands between the children of a choice.
  void branch(Visit& visit) {
    if (visit.done == 1) visit.opened = builder_.then_branch();
    if (visit.done == 2) visit.opened = builder_.else_branch(visit.opened);
    if (visit.done == 3) builder_.end_branches(visit.opened);
  }

  void finish(const FormulaNode& node) {
    switch (node.kind) {
      case NodeKind::constant:
        return builder_.push_constant(node.value);
      case NodeKind::variable:
        return builder_.push_variable(static_cast<std::size_t>(node.index));
      case NodeKind::random:
        return builder_.push_random();
      case NodeKind::unary:
        return builder_.unary(node.code);
      case NodeKind::binary:
        return builder_.binary(node.code);
      case NodeKind::choice:
        return;
      case NodeKind::operation:
        throw FormulaError("operators of space cannot be used here", node.offset, node.length);
    }
  }

  const FormulaTree& tree_;
  ProgramBuilder builder_;
  std::vector<Visit> todo_;
};

}  // namespace

ProgramBuilder compile(const FormulaTree& tree) {
  return Compiler(tree).compile();
}

}  // namespace tarn::ops::detail
