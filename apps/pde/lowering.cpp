#include "tarn/apps/pde/lowering.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include "tarn/apps/pde/assemble.hpp"
#include "tarn/apps/pde/differences.hpp"
#include "tarn/apps/pde/finite_volumes.hpp"
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

class Lowering {
 public:
  Lowering(const System& system, SpaceFields* space)
      : system_(system),
        graph_(system.graph),
        space_(space),
        differences_(system, draft_, [this](int node, const Shift& away) { return value(node, away); }),
        volumes_(system, draft_, [this](int node, const Shift& away) { return value(node, away); }) {}

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
    return away[3] == 0 ? load(array_state, one.index, away) : volumes_.on_own_face(one.index, away);
  }

  int load(int array, int field, const Shift& away) { return draft_.load(array, field, {away[0], away[1], away[2]}); }

  template <class Term>
  int over_axes(const Term& term) {
    int sum = -1;
    for (int axis = 0; axis < system_.dimensions; ++axis)
      sum = sum < 0 ? term(axis) : draft_.step(step_code(OpCode::add), sum, term(axis));
    return sum;
  }

  int operation(int node) {
    const auto child = graph_[node].child;
    const auto op = static_cast<Operator>(graph_[node].index);
    switch (op) {
      case Operator::laplace:
        return over_axes([&](int axis) { return differences_.second(child[0], axis); });
      case Operator::dx:
      case Operator::dy:
      case Operator::dz:
        return differences_.first(child[0], static_cast<int>(op) - static_cast<int>(Operator::dx));
      case Operator::dxx:
      case Operator::dyy:
      case Operator::dzz:
        return differences_.second(child[0], static_cast<int>(op) - static_cast<int>(Operator::dxx));
      case Operator::dxy:
        return differences_.mixed(child[0], 0, 1);
      case Operator::dxz:
        return differences_.mixed(child[0], 0, 2);
      case Operator::dyz:
        return differences_.mixed(child[0], 1, 2);
      case Operator::grad2:
        return over_axes(
            [&](int axis) { return draft_.step(step_code(OpCode::square), differences_.first(child[0], axis)); });
      case Operator::div:
        return over_axes([&](int axis) { return differences_.first(child[static_cast<std::size_t>(axis)], axis); });
      case Operator::diffuse:
        return over_axes([&](int axis) { return differences_.diffusion(child[0], child[1], axis); });
      case Operator::upwind:
        return over_axes([&](int axis) {
          return differences_.against_wind(child[static_cast<std::size_t>(axis)],
                                           child[static_cast<std::size_t>(system_.dimensions)], axis);
        });
      case Operator::balance:
        return over_axes(
            [&](int axis) { return volumes_.inflow(child[static_cast<std::size_t>(axis)], child[3], axis); });
      default:
        throw Error("pde: a number of the domain among what cells compute");
    }
  }

  const System& system_;
  const ops::Graph& graph_;
  SpaceFields* space_;
  Draft draft_;
  Differences differences_;
  FiniteVolumes volumes_;
  std::map<std::pair<int, Shift>, int> made_;
};

}  // namespace

std::size_t numbers_moved(const Program& program, std::size_t others) {
  std::set<std::pair<int, int>> read;
  for (const Load& load : program.loads)
    read.emplace(load.array, load.field);
  return read.size() + (1 + others) * program.results.size();
}

Program lowered(const System& system, const std::vector<int>& roots, SpaceFields* space) {
  return Lowering(system, space).program(roots);
}

}  // namespace tarn::apps::pde
