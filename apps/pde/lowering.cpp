#include "tarn/apps/pde/lowering.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "tarn/apps/pde/assemble.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

using ops::NodeKind;
using ops::OpCode;

int SpaceFields::number_of(int node) {
  const auto found = std::find(nodes.begin(), nodes.end(), node);
  if (found != nodes.end()) return static_cast<int>(found - nodes.begin());
  nodes.push_back(node);
  return static_cast<int>(nodes.size()) - 1;
}

namespace {

/// So many cells along x, y and z; and, where fields are reconstructed on a face of that cell, 1 + the face's axis,
/// below 0 for the lower face.
using Shift = std::array<int, 4>;

class Lowering {
 public:
  Lowering(const System& system, SpaceFields* space) : system_(system), graph_(system.graph), space_(space) {}

  Program program(const std::vector<int>& roots) {
    std::vector<int> results;
    for (const int root : roots)
      results.push_back(value(root, {}));
    return draft_.program(results);
  }

 private:
  /// Whether a node is taken as it is: its children are not looked at.
  bool is_leaf(int node) const {
    const auto& one = graph_[node];
    if (one.kind == NodeKind::variable || one.kind == NodeKind::operation) return true;
    return system_.is_uniform(node) || (space_ != nullptr && system_.is_of_space(node));
  }

  /// The value of an expression in the cell so many cells away.
  int value(int node, const Shift& away) {
    if (const auto found = made_.find({node, away}); found != made_.end()) return found->second;
    const auto parts = graph_.parts_of({node}, [this](int part) { return !is_leaf(part); });
    for (const int part : parts) {
      const auto key = std::pair(part, away);
      if (made_.contains(key)) continue;
      made_[key] = is_leaf(part) ? leaf(part, away) : inner(part, away);
    }
    return made_.at({node, away});
  }

  int inner(int node, const Shift& away) {
    const auto& one = graph_[node];
    const auto child = [&](std::size_t n) { return made_.at({one.child[n], away}); };
    switch (one.kind) {
      case NodeKind::unary:
        return draft_.step(step_code(one.code), child(0));
      case NodeKind::binary:
        return draft_.step(step_code(one.code), child(0), child(1));
      default:
        return draft_.step(choose, child(0), child(1), child(2));
    }
  }

  int leaf(int node, const Shift& away) {
    const auto& one = graph_[node];
    if (one.kind == NodeKind::constant) return draft_.number(one.value);
    if (system_.is_uniform(node)) return draft_.uniform(node);
    if (space_ != nullptr && system_.is_of_space(node)) return load(array_of_space, space_->number_of(node), away);
    if (one.kind == NodeKind::operation) return operation(node);
    if (one.index < 0) return load(one.index, 0, away);
    const int fields = system_.field_count();
    if (one.index >= fields) return load(array_auxiliary + one.index - fields, 0, away);
    return away[3] == 0 ? load(array_state, one.index, away) : on_own_face(one.index, away);
  }

  int load(int array, int field, const Shift& away) { return draft_.load(array, field, {away[0], away[1], away[2]}); }

  static Shift along(int axis, int cells) {
    Shift away{};
    away[static_cast<std::size_t>(axis)] = cells;
    return away;
  }
  double spacing(int axis) const { return system_.spacing[static_cast<std::size_t>(axis)]; }

  int add(int a, int b) { return a < 0 ? b : draft_.step(step_code(OpCode::add), a, b); }
  int subtract(int a, int b) { return draft_.step(step_code(OpCode::subtract), a, b); }
  int multiply(int a, int b) { return draft_.step(step_code(OpCode::multiply), a, b); }
  int scaled(double by, int a) { return multiply(draft_.number(by), a); }

  int first(int node, int axis) {
    return scaled(1 / (2 * spacing(axis)), subtract(value(node, along(axis, 1)), value(node, along(axis, -1))));
  }

  int second(int node, int axis) {
    const int upper = value(node, along(axis, 1)), here = value(node, {}), lower = value(node, along(axis, -1));
    return scaled(1 / (spacing(axis) * spacing(axis)), draft_.step(curvature, upper, here, lower));
  }

  int mixed(int node, int axis, int other) {
    const auto at = [&](int along_axis, int along_other) {
      Shift away = along(axis, along_axis);
      away[static_cast<std::size_t>(other)] = along_other;
      return value(node, away);
    };
    const int upper = subtract(at(1, 1), at(1, -1)), lower = subtract(at(-1, 1), at(-1, -1));
    return scaled(1 / (4 * spacing(axis) * spacing(other)), subtract(upper, lower));
  }

  template <class Term>
  int over_axes(const Term& term) {
    int sum = -1;
    for (int axis = 0; axis < system_.dimensions; ++axis)
      sum = add(sum, term(axis));
    return sum;
  }

  int operation(int node) {
    const auto child = graph_[node].child;
    const auto op = static_cast<Operator>(graph_[node].index);
    switch (op) {
      case Operator::laplace:
        return over_axes([&](int axis) { return second(child[0], axis); });
      case Operator::dx:
      case Operator::dy:
      case Operator::dz:
        return first(child[0], static_cast<int>(op) - static_cast<int>(Operator::dx));
      case Operator::dxx:
      case Operator::dyy:
      case Operator::dzz:
        return second(child[0], static_cast<int>(op) - static_cast<int>(Operator::dxx));
      case Operator::dxy:
        return mixed(child[0], 0, 1);
      case Operator::dxz:
        return mixed(child[0], 0, 2);
      case Operator::dyz:
        return mixed(child[0], 1, 2);
      case Operator::grad2:
        return over_axes([&](int axis) { return draft_.step(step_code(OpCode::square), first(child[0], axis)); });
      case Operator::div:
        return over_axes([&](int axis) { return first(child[static_cast<std::size_t>(axis)], axis); });
      case Operator::diffuse:
        return over_axes([&](int axis) { return diffusion(child[0], child[1], axis); });
      case Operator::upwind:
        return over_axes([&](int axis) {
          return against_wind(child[static_cast<std::size_t>(axis)],
                              child[static_cast<std::size_t>(system_.dimensions)], axis);
        });
      case Operator::balance:
        return over_axes([&](int axis) { return inflow(child[static_cast<std::size_t>(axis)], child[3], axis); });
      default:
        throw Error("pde: a number of the domain among what cells compute");
    }
  }

  /// The fluxes D du through both faces of the cell. Both cells beside a face compute its flux from the same numbers in
  /// the same order, so what one loses the other gains.
  int diffusion(int diffusivity, int node, int axis) {
    const int here = value(node, {});
    const int gain = multiply(on_face(diffusivity, axis, 0), subtract(value(node, along(axis, 1)), here));
    const int loss = multiply(on_face(diffusivity, axis, -1), subtract(here, value(node, along(axis, -1))));
    return scaled(1 / (spacing(axis) * spacing(axis)), subtract(gain, loss));
  }

  /// A diffusivity on the face between the cells `lower` and `lower` + 1 away.
  int on_face(int node, int axis, int lower) {
    const int a = value(node, along(axis, lower)), b = value(node, along(axis, lower + 1));
    if (a == b) return a;
    if (!system_.harmonic) return scaled(0.5, add(a, b));
    // Where both are 0 so is their mean.
    const int sum = add(a, b), mean = draft_.step(step_code(OpCode::divide), scaled(2, multiply(a, b)), sum);
    return draft_.step(choose, sum, mean, draft_.number(0));
  }

  /// v du/dx from the side that the wind v comes from, of second order.
  int against_wind(int wind, int node, int axis) {
    const auto at = [&](int cells) { return value(node, along(axis, cells)); };
    const auto slope = [&](int side) {  // (3 u0 - 4 u1 + u2) / (2 dx), as 3 (u0 - u1) - (u1 - u2)
      const int near = subtract(at(0), at(side)), far = subtract(at(side), at(2 * side));
      return scaled(-side / (2 * spacing(axis)), subtract(scaled(3, near), far));
    };
    const int v = value(wind, {}), zero = draft_.number(0);
    const int with = multiply(draft_.step(step_code(OpCode::max), v, zero), slope(-1));
    const int against = multiply(draft_.step(step_code(OpCode::min), v, zero), slope(1));
    return add(with, against);
  }

  // Conservation laws: finite volumes with fields that are linear in a cell. R. J. LeVeque, Finite Volume Methods for
  // Hyperbolic Problems, Cambridge 2002, chapters 4.12, 6 and 15.

  int step(OpCode code, int a, int b) { return draft_.step(step_code(code), a, b); }

  /// A field of a cell on its own face.
  int on_own_face(int field, const Shift& away) {
    const auto axis = static_cast<std::size_t>(std::abs(away[3]) - 1);
    Shift below = away, above = away;
    --below[axis];
    ++above[axis];
    const int here = load(array_state, field, away);
    const int rise = subtract(load(array_state, field, above), here),
              fall = subtract(here, load(array_state, field, below));
    const int half = scaled(0.5, limited(rise, fall));
    return away[3] > 0 ? add(here, half) : subtract(here, half);
  }

  /// The slope of a cell from the differences to its neighbours; 0 where they have not the same sign.
  int limited(int a, int b) {
    const int zero = draft_.number(0), product = multiply(a, b);
    int slope = -1;
    if (system_.laws.limiter == Limiter::van_leer) {
      slope = step(OpCode::divide, scaled(2, product), add(a, b));
    } else if (system_.laws.limiter == Limiter::minmod) {
      slope = smaller_of(a, b);
    } else {
      slope = smaller_of(scaled(0.5, add(a, b)), scaled(2, smaller_of(a, b)));
    }
    return draft_.step(choose, step(OpCode::greater, product, zero), slope, zero);
  }

  int smaller_of(int a, int b) {
    const auto size = [&](int of) { return draft_.step(step_code(OpCode::abs), of); };
    return draft_.step(choose, step(OpCode::less, size(a), size(b)), a, b);
  }

  /// What flows in through both faces of a cell: both cells beside a face compute its flux from the same numbers in the
  /// same order.
  int inflow(int flux, int field, int axis) {
    return scaled(1 / spacing(axis), subtract(through(flux, field, axis, -1), through(flux, field, axis, 0)));
  }

  /// The numerical flux through the face between the cells `lower` and `lower` + 1 away.
  int through(int flux, int field, int axis, int lower) {
    Shift left = along(axis, lower), right = along(axis, lower + 1);
    left[3] = 1 + axis;
    right[3] = -1 - axis;
    const auto at = static_cast<std::size_t>(axis);
    const int jump = subtract(value(field, right), value(field, left));
    const int from_left = value(flux, left), from_right = value(flux, right);
    const auto extreme = [&](OpCode code, int node) { return step(code, value(node, left), value(node, right)); };
    if (system_.laws.slowest.empty()) {
      const int fastest = extreme(OpCode::max, system_.laws.fastest[at]);
      return scaled(0.5, subtract(add(from_left, from_right), multiply(fastest, jump)));
    }
    const int zero = draft_.number(0);
    const int slowest = step(OpCode::min, extreme(OpCode::min, system_.laws.slowest[at]), zero);
    const int fastest = step(OpCode::max, extreme(OpCode::max, system_.laws.fastest[at]), zero);
    const int weighted = subtract(multiply(fastest, from_left), multiply(slowest, from_right));
    const int width = subtract(fastest, slowest);
    const int mean = step(OpCode::divide, add(weighted, multiply(multiply(slowest, fastest), jump)), width);
    return draft_.step(choose, width, mean, scaled(0.5, add(from_left, from_right)));  // where nothing moves
  }

  const System& system_;
  const ops::Graph& graph_;
  SpaceFields* space_;
  Draft draft_;
  std::map<std::pair<int, Shift>, int> made_;
};

}  // namespace

Program lowered(const System& system, const std::vector<int>& roots, SpaceFields* space) {
  return Lowering(system, space).program(roots);
}

}  // namespace tarn::apps::pde
