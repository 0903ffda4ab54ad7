#include "tarn/apps/driver/solution_check.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps {

namespace {

using ops::Graph;
using ops::NodeKind;
using ops::OpCode;

/// A place and a time.
struct Event {
  std::array<double, 3> x{};
  double time = 0;
};

Event between(const Event& a, const Event& b, double share) {
  Event event;
  for (std::size_t axis = 0; axis < 3; ++axis)
    event.x[axis] = a.x[axis] + share * (b.x[axis] - a.x[axis]);
  event.time = a.time + share * (b.time - a.time);
  return event;
}

/// The values of all parts of some expressions.
class Evaluation {
 public:
  Evaluation(const Graph& graph, const std::vector<int>& roots)
      : graph_(graph), parts_(graph.parts_of(roots)), values_(static_cast<std::size_t>(graph.size())) {}

  void look_at(const Event& event) {
    for (const int part : parts_)
      values_[static_cast<std::size_t>(part)] = computed(graph_[part], event);
  }
  double of(int node) const { return values_[static_cast<std::size_t>(node)]; }

 private:
  double computed(const Graph::Node& node, const Event& event) const {
    const auto child = [&](std::size_t n) { return of(node.child[n]); };
    switch (node.kind) {
      case NodeKind::constant:
        return node.value;
      case NodeKind::variable:
        return node.index == solution_time ? event.time : event.x[static_cast<std::size_t>(-1 - node.index)];
      case NodeKind::unary:
        return ops::detail::apply(node.code, child(0));
      case NodeKind::binary:
        return ops::detail::apply(node.code, child(0), child(1));
      case NodeKind::choice:
        return child(0) != 0 ? child(1) : child(2);
      default:
        return ops::portable::not_a_number;
    }
  }

  const Graph& graph_;
  std::vector<int> parts_;
  std::vector<double> values_;
};

/// What a divisor is a product or a power of: these change their signs where the divisor is 0.
void add_factors(const Graph& graph, int divisor, std::set<int>& factors) {
  std::vector<int> left{divisor};
  while (!left.empty()) {
    const int node = left.back();
    const Graph::Node& one = graph[node];
    left.pop_back();
    const bool is_power = (one.kind == NodeKind::unary && one.code >= OpCode::square && one.code <= OpCode::fourth) ||
                          (one.kind == NodeKind::unary && one.code == OpCode::abs) ||
                          (one.kind == NodeKind::binary && one.code == OpCode::power);
    const bool is_product = one.kind == NodeKind::binary && one.code == OpCode::multiply;
    if (is_power || is_product) left.push_back(one.child[0]);
    if (is_product) left.push_back(one.child[1]);
    if (!is_power && !is_product && !graph.is_constant(node)) factors.insert(node);
  }
}

/// All of some expressions; the cosines below tangents join the graph.
std::vector<int> divisors_of(Graph& graph, const std::vector<int>& roots) {
  std::set<int> factors;
  for (const int part : graph.parts_of(roots)) {
    const Graph::Node one = graph[part];
    if (one.kind == NodeKind::unary && one.code == OpCode::tan) factors.insert(graph.unary(OpCode::cos, one.child[0]));
    if (one.kind == NodeKind::unary && one.code == OpCode::reciprocal) add_factors(graph, one.child[0], factors);
    if (one.kind != NodeKind::binary) continue;
    if (one.code == OpCode::divide) add_factors(graph, one.child[1], factors);
    const bool may_divide = !graph.is_constant(one.child[1]) || graph[one.child[1]].value < 0;
    if (one.code == OpCode::power && may_divide) add_factors(graph, one.child[0], factors);
  }
  return {factors.begin(), factors.end()};
}

/// Where something is least and greatest: the first and the last place, so that the way between them goes through the
/// domain and its times, not along a face where a factor may be 0.
struct Extremes {
  std::optional<Event> least_at, greatest_at;
  double least = 0, greatest = 0;

  void look(double value, const Event& event) {
    if (!std::isfinite(value)) return;
    if (!least_at || value < least) {
      least = value;
      least_at = event;
    }
    if (!greatest_at || value >= greatest) {
      greatest = value;
      greatest_at = event;
    }
  }
  bool has_both_signs() const { return least_at && least < 0 && greatest > 0; }
};

class SolutionCheck {
 public:
  SolutionCheck(const io::Deck& deck, const Graph& graph, const std::vector<SolutionPart>& parts,
                io::Problems& problems)
      : domain_(domain_of(deck)),
        end_(deck.number("time.end")),
        graph_(graph),
        parts_(parts),
        problems_(problems),
        log_sums_(parts.size(), 0),
        counts_(parts.size(), 0) {
    std::vector<int> roots;
    for (const SolutionPart& part : parts)
      roots.push_back(part.node);
    for (const int divisor : divisors_of(graph_, roots))
      divisors_[divisor] = {};
    for (const auto& [divisor, extremes] : divisors_)
      roots.push_back(divisor);
    evaluation_.emplace(graph_, roots);
  }

  void look(bool at_corners) {
    constexpr int times = 9;
    const auto x = along(0, at_corners), y = along(1, at_corners), z = along(2, at_corners);
    for (int n = 0; n < times; ++n) {
      for (const double c : z) {
        for (const double b : y) {
          for (const double a : x)
            look({{a, b, c}, end_ * n / (times - 1)});
        }
      }
    }
  }

  void look_for_poles() {
    for (const auto& [divisor, extremes] : divisors_) {
      if (!extremes.has_both_signs()) continue;
      const double zero = zero_of(divisor, *extremes.least_at, *extremes.greatest_at);
      for (const int side : {-1, 1})
        look_beside_zero(extremes, zero, side);
    }
  }

 private:
  /// Coordinates along an axis: centres of cells or their ends, of so many cells that all is looked at soon.
  std::vector<double> along(int axis, bool ends) const {
    if (axis >= domain_.dimensions) return {0};
    const int most = domain_.dimensions == 1 ? 512 : domain_.dimensions == 2 ? 64 : 16;
    const auto a = static_cast<std::size_t>(axis);
    const int count = std::min(domain_.cells[a], most);
    std::vector<double> places;
    for (int n = 0; n < count; ++n) {
      const auto cell = static_cast<int>((n + 0.5) / count * domain_.cells[a]);
      places.push_back(domain_.lower[a] + (cell + (ends ? 0 : 0.5)) * domain_.spacing(axis));
    }
    if (ends) places.push_back(domain_.upper[a]);
    return places;
  }

  void look(const Event& event) {
    evaluation_->look_at(event);
    for (std::size_t n = 0; n < parts_.size(); ++n) {
      const double value = evaluation_->of(parts_[n].node);
      if (!std::isfinite(value)) complain(n, fmt::format("is {} at", number_text(value)), event);
      if (std::isnormal(value)) {
        log_sums_[n] += std::log(std::abs(value));
        ++counts_[n];
      }
    }
    for (auto& [divisor, extremes] : divisors_)
      extremes.look(evaluation_->of(divisor), event);
  }

  /// Where a divisor is 0 on the way from one place to another, as a share of the way.
  double zero_of(int divisor, const Event& below, const Event& above) {
    double low = 0, high = 1;
    constexpr int halves = 60;
    for (int n = 0; n < halves; ++n) {
      const double middle = 0.5 * (low + high);
      evaluation_->look_at(between(below, above, middle));
      (evaluation_->of(divisor) < 0 ? low : high) = middle;
    }
    return high;
  }

  /// The largest of the geometric means of the parts: a few values close to a pole do not move it.
  double usual_size() const {
    double largest = 0;
    for (std::size_t n = 0; n < parts_.size(); ++n) {
      if (counts_[n] > 0) largest = std::max(largest, std::exp(log_sums_[n] / counts_[n]));
    }
    return largest;
  }

  /// What has a pole of order p grows by 10^p where the distance falls to a tenth. Where the zero of a divisor cancels,
  /// it stays as it is.
  void look_beside_zero(const Extremes& extremes, double zero, int side) {
    constexpr double away = 1e-3, growth = 3;
    const double usual = usual_size();
    evaluation_->look_at(between(*extremes.least_at, *extremes.greatest_at, zero + side * away));
    std::vector<double> before;
    for (const SolutionPart& part : parts_)
      before.push_back(std::abs(evaluation_->of(part.node)));
    const Event close = between(*extremes.least_at, *extremes.greatest_at, zero + side * away / 10);
    evaluation_->look_at(close);
    for (std::size_t n = 0; n < parts_.size(); ++n) {
      const double value = std::abs(evaluation_->of(parts_[n].node));
      if (!(value <= growth * before[n]) && !(value <= 10 * usual)) complain(n, "has a pole near", close);
    }
  }

  /// Of each formula the first flaw is told.
  void complain(std::size_t part, const std::string& flaw, const Event& event) {
    if (!told_.insert(parts_[part].key).second) return;
    std::vector<int> cell;
    for (int axis = 0; axis < domain_.dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      const double number = std::floor((event.x[a] - domain_.lower[a]) / domain_.spacing(axis));
      cell.push_back(static_cast<int>(std::clamp(number, 0.0, domain_.cells[a] - 1.0)));
    }
    const auto begin = event.x.begin();
    problems_.add(
        parts_[part].position, parts_[part].key,
        fmt::format("{}{} ({:.6g}), in cell ({}), at time {:.6g}: it must be a number everywhere", parts_[part].what,
                    flaw, fmt::join(begin, begin + domain_.dimensions, ", "), fmt::join(cell, ", "), event.time));
  }

  Domain domain_;
  double end_;
  Graph graph_;
  const std::vector<SolutionPart>& parts_;
  io::Problems& problems_;
  std::map<int, Extremes> divisors_;
  std::optional<Evaluation> evaluation_;
  std::vector<double> log_sums_;  ///< over absolute values of each part that are not 0
  std::vector<int> counts_;       ///< of these
  std::set<std::string> told_;    ///< keys of which a flaw was told
};

}  // namespace

void check_solution(const io::Deck& deck, const Graph& graph, const std::vector<SolutionPart>& parts,
                    SolutionPlaces places, io::Problems& problems) {
  if (parts.empty()) return;
  SolutionCheck check(deck, graph, parts, problems);
  check.look(false);
  if (places == SolutionPlaces::centres_and_corners) check.look(true);
  check.look_for_poles();
}

int add_solution(Graph& graph, const ops::FormulaTree& tree, int dimensions) {
  std::vector<int> made;
  for (const ops::FormulaNode& node : tree.nodes) {
    const auto child = [&](std::size_t n) { return made[static_cast<std::size_t>(node.child[n])]; };
    switch (node.kind) {
      case NodeKind::constant:
        made.push_back(graph.constant(node.value));
        break;
      case NodeKind::unary:
        made.push_back(graph.unary(node.code, child(0)));
        break;
      case NodeKind::binary:
        made.push_back(graph.binary(node.code, child(0), child(1)));
        break;
      case NodeKind::choice:
        made.push_back(graph.choice(child(0), child(1), child(2)));
        break;
      default:
        made.push_back(graph.variable(node.index < dimensions ? -1 - node.index : solution_time));
    }
  }
  return made.back();
}

}  // namespace tarn::apps
