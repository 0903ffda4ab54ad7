#include <numbers>

#include "tarn/ops/formula/graph.hpp"

// Derivatives of expressions, by the rules of calculus.

namespace tarn::ops {

int Graph::derivative(int node, int by) {
  const auto is_entered = [&](int part) { return part != by && (*this)[part].kind != NodeKind::operation; };
  const auto parts = parts_of({node}, is_entered);
  std::unordered_map<int, int> derived;
  for (const int part : parts) {
    if (part == by) {
      derived[part] = constant(1);
      continue;
    }
    const Node self = (*this)[part];
    std::array<int, 4> inner{-1, -1, -1, -1};
    bool depends = false;
    if (self.kind != NodeKind::operation) {
      for (std::size_t n = 0; n < 4; ++n) {
        if (self.child[n] < 0) continue;
        inner[n] = derived.at(self.child[n]);
        depends = depends || !is_constant(inner[n], 0);
      }
    }
    derived[part] = depends ? derivative_of(self, part, inner) : constant(0);
  }
  return derived.at(node);
}

int Graph::derivative_of(const Node& node, int self, const std::array<int, 4>& inner) {
  switch (node.kind) {
    case NodeKind::unary:
      return derivative_of_unary(node, self, inner[0]);
    case NodeKind::binary:
      return derivative_of_binary(node, self, inner[0], inner[1]);
    case NodeKind::choice:
      return choice(node.child[0], inner[1], inner[2]);
    default:
      return constant(0);
  }
}

int Graph::derivative_of_unary(const Node& node, int self, int inner) {
  const int a = node.child[0];
  const auto times = [&](int outer) { return product(outer, inner); };
  const auto square = [&](int of) { return unary(OpCode::square, of); };
  const int one = constant(1);
  switch (node.code) {
    case OpCode::negate:
      return negative(inner);
    case OpCode::square:
      return times(product(constant(2), a));
    case OpCode::cube:
      return times(product(constant(3), square(a)));
    case OpCode::fourth:
      return times(product(constant(4), unary(OpCode::cube, a)));
    case OpCode::reciprocal:
      return negative(times(square(self)));
    case OpCode::sin:
      return times(unary(OpCode::cos, a));
    case OpCode::cos:
      return negative(times(unary(OpCode::sin, a)));
    case OpCode::tan:
      return times(sum(one, square(self)));
    case OpCode::asin:
      return quotient(inner, unary(OpCode::sqrt, difference(one, square(a))));
    case OpCode::acos:
      return negative(quotient(inner, unary(OpCode::sqrt, difference(one, square(a)))));
    case OpCode::atan:
      return quotient(inner, sum(one, square(a)));
    case OpCode::sinh:
      return times(unary(OpCode::cosh, a));
    case OpCode::cosh:
      return times(unary(OpCode::sinh, a));
    case OpCode::tanh:
      return times(difference(one, square(self)));
    case OpCode::exp:
      return times(self);
    case OpCode::log:
      return quotient(inner, a);
    case OpCode::log10:
      return quotient(inner, product(constant(std::numbers::ln10), a));
    case OpCode::sqrt:
      return quotient(inner, product(constant(2), self));
    case OpCode::abs:
      return times(unary(OpCode::sign, a));
    default:  // constant but for jumps
      return constant(0);
  }
}

int Graph::derivative_of_binary(const Node& node, int self, int left, int right) {
  const int a = node.child[0], b = node.child[1];
  const auto square = [&](int of) { return unary(OpCode::square, of); };
  switch (node.code) {
    case OpCode::add:
      return sum(left, right);
    case OpCode::subtract:
      return difference(left, right);
    case OpCode::multiply:
      return sum(product(left, b), product(a, right));
    case OpCode::divide:
      return difference(quotient(left, b), quotient(product(self, right), b));
    case OpCode::power:
      return derivative_of_power(node, self, left, right);
    case OpCode::atan2:
      return quotient(difference(product(b, left), product(a, right)), sum(square(a), square(b)));
    case OpCode::min:
      return choice(binary(OpCode::less, b, a), right, left);
    case OpCode::max:
      return choice(binary(OpCode::greater, b, a), right, left);
    case OpCode::mod:  // a - n b with a whole n
      return difference(left, product(quotient(difference(a, self), b), right));
    default:  // a truth
      return constant(0);
  }
}

/// d(a^b) = b a^(b-1) da + a^b log(a) db
int Graph::derivative_of_power(const Node& node, int self, int left, int right) {
  const int a = node.child[0], b = node.child[1];
  const int by_base = product(product(b, binary(OpCode::power, a, difference(b, constant(1)))), left);
  if (is_constant(right, 0)) return by_base;
  return sum(by_base, product(product(self, unary(OpCode::log, a)), right));
}

}  // namespace tarn::ops
