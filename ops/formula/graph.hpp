#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tarn/ops/formula/tree.hpp"

namespace tarn::ops {

/// Expressions that share their equal parts: a node is made once, however many expressions have it. Constants are
/// folded, and what is added to 0 or multiplied by 0 or 1 falls away.
///
/// Nodes have numbers, and every node a higher one than its children.
class Graph {
 public:
  struct Node {
    NodeKind kind = NodeKind::constant;
    OpCode code = OpCode::push;
    int index = 0;  ///< of a variable or an operation, of the caller's
    double value = 0;
    std::array<int, 4> child{-1, -1, -1, -1};
  };

  int constant(double value);
  int variable(int index);
  int unary(OpCode code, int a);
  int binary(OpCode code, int a, int b);
  int choice(int condition, int yes, int no);
  int operation(int index, const std::array<int, 4>& children);

  int sum(int a, int b) { return binary(OpCode::add, a, b); }
  int difference(int a, int b) { return binary(OpCode::subtract, a, b); }
  int product(int a, int b) { return binary(OpCode::multiply, a, b); }
  int quotient(int a, int b) { return binary(OpCode::divide, a, b); }
  int negative(int a) { return unary(OpCode::negate, a); }

  const Node& operator[](int node) const { return nodes_[static_cast<std::size_t>(node)]; }
  bool is_constant(int node) const { return (*this)[node].kind == NodeKind::constant; }
  bool is_constant(int node, double value) const { return is_constant(node) && (*this)[node].value == value; }
  int size() const { return static_cast<int>(nodes_.size()); }

  /// All nodes that some nodes are made of, themselves among them, children first.
  /// @param enters  whether the children of a node are looked at too; all are if it is left out
  std::vector<int> parts_of(const std::vector<int>& roots, const std::function<bool(int)>& enters = {}) const;

  /// The derivative of an expression by one of its parts: a variable, or an operation, as if that were one. Operations
  /// are variables here: they depend on themselves alone. Where a function has a kink it is that of one side.
  int derivative(int node, int by);

  /// The expression with other nodes in the place of some. Operations are made anew from what their parts become.
  /// @param instead  by the number of the node
  int replaced(int node, const std::map<int, int>& instead);

 private:
  struct Hash {
    std::size_t operator()(const Node& node) const;
  };
  struct Same {
    bool operator()(const Node& a, const Node& b) const;
  };

  int made(const Node& node);
  int power(int base, double exponent);
  /// What follows from one operand that is a constant; -1: nothing.
  int shortened(OpCode code, int a, int b);
  int derivative_of(const Node& node, int self, const std::array<int, 4>& inner);
  int derivative_of_unary(const Node& node, int self, int inner);
  int derivative_of_binary(const Node& node, int self, int left, int right);
  int derivative_of_power(const Node& node, int self, int left, int right);

  std::vector<Node> nodes_;
  std::unordered_map<Node, int, Hash, Same> numbers_;
};

}  // namespace tarn::ops
