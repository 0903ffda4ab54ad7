#include "tarn/ops/formula/graph.hpp"

#include <algorithm>
#include <bit>

namespace tarn::ops {

std::size_t Graph::Hash::operator()(const Node& node) const {
  std::uint64_t hash = std::bit_cast<std::uint64_t>(node.value);
  const auto mix = [&hash](std::uint64_t with) {
    hash = (hash ^ with) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  };
  mix(static_cast<std::uint64_t>(node.kind));
  mix(static_cast<std::uint64_t>(node.code));
  mix(static_cast<std::uint64_t>(node.index));
  for (const int child : node.child)
    mix(static_cast<std::uint64_t>(child));
  return static_cast<std::size_t>(hash);
}

bool Graph::Same::operator()(const Node& a, const Node& b) const {
  return a.kind == b.kind && a.code == b.code && a.index == b.index && a.child == b.child &&
         std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}

int Graph::made(const Node& node) {
  const auto [found, is_new] = numbers_.try_emplace(node, size());
  if (is_new) nodes_.push_back(node);
  return found->second;
}

int Graph::constant(double value) {
  return made({.kind = NodeKind::constant, .value = value});
}

int Graph::variable(int index) {
  return made({.kind = NodeKind::variable, .index = index});
}

int Graph::unary(OpCode code, int a) {
  if (is_constant(a)) return constant(detail::apply(code, (*this)[a].value));
  const Node& inner = (*this)[a];
  if (code == OpCode::negate && inner.kind == NodeKind::unary && inner.code == OpCode::negate) return inner.child[0];
  return made({.kind = NodeKind::unary, .code = code, .child = {a, -1, -1, -1}});
}

/// The power whose exponent is a number, as Formula computes it.
int Graph::power(int base, double exponent) {
  if (exponent == 1) return base;
  if (exponent == 2) return unary(OpCode::square, base);
  if (exponent == 3) return unary(OpCode::cube, base);
  if (exponent == 4) return unary(OpCode::fourth, base);
  if (exponent == -1) return unary(OpCode::reciprocal, base);
  return -1;
}

int Graph::shortened(OpCode code, int a, int b) {
  switch (code) {
    case OpCode::add:
      if (is_constant(a, 0)) return b;
      return is_constant(b, 0) ? a : -1;
    case OpCode::subtract:
      if (is_constant(b, 0)) return a;
      return is_constant(a, 0) ? negative(b) : -1;
    case OpCode::multiply:
      if (is_constant(a, 0) || is_constant(b, 0)) return constant(0);
      if (is_constant(a, 1)) return b;
      return is_constant(b, 1) ? a : -1;
    case OpCode::divide:
      if (is_constant(b, 1)) return a;
      return is_constant(a, 0) && !is_constant(b) ? constant(0) : -1;
    case OpCode::power:
      return is_constant(b) ? power(a, (*this)[b].value) : -1;
    default:
      return -1;
  }
}

int Graph::binary(OpCode code, int a, int b) {
  if (is_constant(a) && is_constant(b)) {
    // Powers are what products make of them, as where the base is no constant.
    const int product = code == OpCode::power ? power(a, (*this)[b].value) : -1;
    return product >= 0 ? product : constant(detail::apply(code, (*this)[a].value, (*this)[b].value));
  }
  const int shorter = shortened(code, a, b);
  if (shorter >= 0) return shorter;
  return made({.kind = NodeKind::binary, .code = code, .child = {a, b, -1, -1}});
}

int Graph::choice(int condition, int yes, int no) {
  if (is_constant(condition)) return (*this)[condition].value != 0 ? yes : no;
  if (yes == no) return yes;
  return made({.kind = NodeKind::choice, .child = {condition, yes, no, -1}});
}

int Graph::operation(int index, const std::array<int, 4>& children) {
  return made({.kind = NodeKind::operation, .index = index, .child = children});
}

std::vector<int> Graph::parts_of(const std::vector<int>& roots, const std::function<bool(int)>& enters) const {
  std::vector<char> wanted(nodes_.size(), 0);
  int highest = -1;
  for (const int root : roots) {
    wanted[static_cast<std::size_t>(root)] = 1;
    highest = std::max(highest, root);
  }
  for (int node = highest; node >= 0; --node) {
    if (wanted[static_cast<std::size_t>(node)] == 0 || (enters && !enters(node))) continue;
    for (const int child : (*this)[node].child) {
      if (child >= 0) wanted[static_cast<std::size_t>(child)] = 1;
    }
  }
  std::vector<int> parts;
  for (int node = 0; node <= highest; ++node) {
    if (wanted[static_cast<std::size_t>(node)] != 0) parts.push_back(node);
  }
  return parts;
}

int Graph::replaced(int node, const std::map<int, int>& instead) {
  const auto parts = parts_of({node}, [&](int part) { return !instead.contains(part); });
  std::unordered_map<int, int> became;
  for (const int part : parts) {
    if (const auto other = instead.find(part); other != instead.end()) {
      became[part] = other->second;
      continue;
    }
    const Node old = (*this)[part];
    std::array<int, 4> child = old.child;
    for (int& one : child) {
      if (one >= 0) one = became.at(one);
    }
    switch (old.kind) {
      case NodeKind::unary:
        became[part] = unary(old.code, child[0]);
        break;
      case NodeKind::binary:
        became[part] = binary(old.code, child[0], child[1]);
        break;
      case NodeKind::choice:
        became[part] = choice(child[0], child[1], child[2]);
        break;
      case NodeKind::operation:
        became[part] = operation(old.index, child);
        break;
      default:
        became[part] = part;
    }
  }
  return became.at(node);
}

}  // namespace tarn::ops
