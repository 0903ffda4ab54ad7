#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tarn/ops/formula/formula.hpp"

namespace tarn::ops {

/// What a node of a formula's tree is.
enum class NodeKind : std::uint8_t {
  constant,
  variable,   ///< of the context, by slot
  random,     ///< a random number, by stream
  unary,      ///< an OpCode of one value
  binary,     ///< an OpCode of two values
  choice,     ///< condition ? value : other value
  operation,  ///< one of the context's operators, by number
};

/// A node of a formula's tree, with its place in the text.
struct FormulaNode {
  NodeKind kind = NodeKind::constant;
  OpCode code = OpCode::push;                ///< of unary and binary
  int index = 0;                             ///< slot, stream, or number of the operator
  double value = 0;                          ///< of a constant
  std::array<int, 4> child{-1, -1, -1, -1};  ///< numbers of nodes; -1: none
  std::size_t offset = 0;                    ///< of the word that makes the node
  std::size_t length = 0;                    ///< of that word
};

/// A formula as a tree. Every node stands behind its children, so that loops take the place of recursion: a sum of many
/// terms is a tree as deep as it is long.
struct FormulaTree {
  std::vector<FormulaNode> nodes;  ///< the root is the last
  int random_streams = 0;

  int root() const { return static_cast<int>(nodes.size()) - 1; }
};

/// Reads a formula.
/// @throws FormulaError if the text is not a formula in this context
FormulaTree parse_formula(std::string_view text, const FormulaContext& context);

}  // namespace tarn::ops
