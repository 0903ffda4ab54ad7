#include "tarn/apps/pde/measured.hpp"

#include <vector>

#include <fmt/format.h>

#include "tarn/apps/pde/operators.hpp"

namespace tarn::apps::pde {

using ops::FormulaError;
using ops::FormulaNode;
using ops::NodeKind;
using ops::OpCode;

namespace {

class Measuring {
 public:
  Measuring(const Dimension& length, int dimensions, const std::function<Measured(int index)>& variable)
      : length_(length), dimensions_(dimensions), variable_(variable) {}

  Measured run(const ops::FormulaTree& tree) {
    std::vector<Measured> made;
    for (const FormulaNode& node : tree.nodes)
      made.push_back(of_node(node, made));
    return made.back();
  }

 private:
  [[noreturn]] static void refuse(const FormulaNode& node, const std::string& why) {
    throw FormulaError(why, node.offset, node.length);
  }

  static Measured same(const FormulaNode& node, const Measured& a, const Measured& b) {
    if (a.is_zero) return {b.dimension, b.is_zero};
    if (b.is_zero || a.dimension == b.dimension) return {a.dimension};
    refuse(node, fmt::format("the two differ in dimension: {} and {}", a.dimension.text(), b.dimension.text()));
  }

  static Measured number(const FormulaNode& node, const Measured& a) {
    if (!a.is_zero && !a.dimension.is_number())
      refuse(node, fmt::format("needs a pure number, and this is measured in {}", a.dimension.text()));
    return {};
  }

  Measured of_node(const FormulaNode& node, const std::vector<Measured>& made) {
    const auto child = [&](std::size_t n) { return made[static_cast<std::size_t>(node.child[n])]; };
    switch (node.kind) {
      case NodeKind::constant:
        return {{}, node.value == 0, node.value};
      case NodeKind::random:
        return {};
      case NodeKind::variable:
        return variable_(node.index);
      case NodeKind::unary:
        return of_unary(node, child(0));
      case NodeKind::binary:
        return of_binary(node, child(0), child(1));
      case NodeKind::choice:
        return same(node, child(1), child(2));
      default:
        break;
    }
    std::vector<Measured> arguments;
    for (std::size_t n = 0; n < 4 && node.child[n] >= 0; ++n)
      arguments.push_back(child(n));
    return of_operator(node, arguments);
  }

  static Measured of_unary(const FormulaNode& node, const Measured& a) {
    switch (node.code) {
      case OpCode::negate:
        return {a.dimension, a.is_zero, a.value ? std::optional(-*a.value) : std::nullopt};
      case OpCode::abs:
        return {a.dimension, a.is_zero};
      case OpCode::sqrt:
        return {a.dimension.to_the(0.5), a.is_zero};
      case OpCode::square:
        return {a.dimension.to_the(2), a.is_zero};
      case OpCode::cube:
        return {a.dimension.to_the(3), a.is_zero};
      case OpCode::fourth:
        return {a.dimension.to_the(4), a.is_zero};
      case OpCode::reciprocal:
        return {a.dimension.to_the(-1)};
      case OpCode::sign:
      case OpCode::invert:
        return {};
      default:
        return number(node, a);
    }
  }

  static Measured of_binary(const FormulaNode& node, const Measured& a, const Measured& b) {
    switch (node.code) {
      case OpCode::multiply:
        return {a.dimension * b.dimension, a.is_zero || b.is_zero};
      case OpCode::divide:
        return {a.dimension / b.dimension, a.is_zero};
      case OpCode::power:
        number(node, b);
        if (b.value) return {a.dimension.to_the(*b.value), a.is_zero};
        return number(node, a);
      case OpCode::add:
      case OpCode::subtract:
      case OpCode::min:
      case OpCode::max:
      case OpCode::mod:
        return same(node, a, b);
      case OpCode::both:
      case OpCode::either:
        return {};
      default:  // comparisons, and the angle of two lengths
        same(node, a, b);
        return {};
    }
  }

  Measured of_operator(const FormulaNode& node, const std::vector<Measured>& arguments) {
    const Dimension& length = length_;
    const Measured& first = arguments.front();
    switch (static_cast<Operator>(node.index)) {
      case Operator::dx:
      case Operator::dy:
      case Operator::dz:
        return {first.dimension / length};
      case Operator::grad2:
        return {(first.dimension / length).to_the(2)};
      case Operator::diffuse:
        return {first.dimension * arguments[1].dimension / length.to_the(2)};
      case Operator::integral:
        return {first.dimension * length.to_the(dimensions_)};
      case Operator::mean:
        return first;
      case Operator::div:
      case Operator::upwind: {
        const bool is_wind = static_cast<Operator>(node.index) == Operator::upwind;
        Measured sum = first;
        for (std::size_t n = 1; n + (is_wind ? 1 : 0) < arguments.size(); ++n)
          sum = same(node, sum, arguments[n]);
        const Dimension carried = is_wind ? arguments.back().dimension : Dimension();
        return {sum.dimension * carried / length};
      }
      default:  // second derivatives
        return {first.dimension / length.to_the(2)};
    }
  }

  const Dimension& length_;
  int dimensions_;
  const std::function<Measured(int index)>& variable_;
};

}  // namespace

Measured measured_tree(const ops::FormulaTree& tree, const Dimension& length, int dimensions,
                       const std::function<Measured(int index)>& variable) {
  return Measuring(length, dimensions, variable).run(tree);
}

}  // namespace tarn::apps::pde
