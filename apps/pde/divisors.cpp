#include "tarn/apps/pde/divisors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tarn/apps/pde/expression_text.hpp"
#include "tarn/apps/pde/feedback.hpp"
#include "tarn/apps/pde/names.hpp"

namespace tarn::apps::pde {

using ops::NodeKind;
using ops::OpCode;

namespace {

/// Between which values an expression stays, whatever the fields are.
struct Range {
  double least = -std::numeric_limits<double>::infinity(), greatest = std::numeric_limits<double>::infinity();

  Range negative() const { return {-greatest, -least}; }
  bool has_both_signs() const { return least < 0 && greatest > 0; }
};

/// 0 times infinity is the bound 0: what is infinite stands for what is large.
double bound_of_product(double a, double b) {
  return a == 0 || b == 0 ? 0 : a * b;
}

Range product(const Range& a, const Range& b) {
  const auto [least, greatest] =
      std::minmax({bound_of_product(a.least, b.least), bound_of_product(a.least, b.greatest),
                   bound_of_product(a.greatest, b.least), bound_of_product(a.greatest, b.greatest)});
  return {least, greatest};
}

class Ranges {
 public:
  explicit Ranges(const ops::Graph& graph) : graph_(graph) {}

  const Range& operator()(int node) {
    for (const int part : graph_.parts_of({node})) {
      if (!known_.contains(part)) known_[part] = of_part(graph_[part]);
    }
    return known_.at(node);
  }

 private:
  /// @param one  whose parts are known
  Range of_part(const ops::Graph::Node& one) const {
    switch (one.kind) {
      case NodeKind::constant:
        return {one.value, one.value};
      case NodeKind::variable:
        return one.index == time_t ? Range{0} : Range{};
      case NodeKind::unary:
        return of_unary(one.code, known_.at(one.child[0]));
      case NodeKind::binary:
        if (one.code == OpCode::multiply && one.child[0] == one.child[1]) return {0};
        return of_binary(one.code, known_.at(one.child[0]), known_.at(one.child[1]));
      case NodeKind::choice: {
        const Range &yes = known_.at(one.child[1]), &no = known_.at(one.child[2]);
        return {std::min(yes.least, no.least), std::max(yes.greatest, no.greatest)};
      }
      default:
        return {};
    }
  }

  static Range of_unary(OpCode code, const Range& a) {
    switch (code) {
      case OpCode::negate:
        return a.negative();
      case OpCode::square:
      case OpCode::fourth:
      case OpCode::abs:
      case OpCode::sqrt:
        return {0};
      case OpCode::cube:
      case OpCode::reciprocal:
      case OpCode::sinh:
      case OpCode::atan:
        if (a.has_both_signs()) return {};
        return a.least >= 0 ? Range{0} : Range{0}.negative();
      case OpCode::exp:
        return {std::numeric_limits<double>::min()};  // above 0
      case OpCode::cosh:
        return {1};
      case OpCode::sin:
      case OpCode::cos:
      case OpCode::tanh:
      case OpCode::sign:
        return {-1, 1};
      default:
        return {};
    }
  }

  static Range of_binary(OpCode code, const Range& a, const Range& b) {
    switch (code) {
      case OpCode::add:
        return {a.least + b.least, a.greatest + b.greatest};
      case OpCode::subtract:
        return {a.least - b.greatest, a.greatest - b.least};
      case OpCode::multiply:
        return product(a, b);
      case OpCode::divide:
        return b.has_both_signs() ? Range{} : product(a, b.least >= 0 ? Range{0} : Range{0}.negative());
      case OpCode::power:
        return a.least >= 0 ? Range{0} : Range{};
      case OpCode::min:
        return {std::min(a.least, b.least), std::min(a.greatest, b.greatest)};
      case OpCode::max:
        return {std::max(a.least, b.least), std::max(a.greatest, b.greatest)};
      default:
        return {};
    }
  }

  const ops::Graph& graph_;
  std::map<int, Range> known_;
};

/// Finds the divisors of a system's equations.
class DivisorSearch {
 public:
  explicit DivisorSearch(const System& system) : system_(system), graph_(system.graph), range_(system.graph) {}

  struct Found {
    int divisor, quotient;
    std::string key;  ///< of the expression that the quotient is in
  };
  const std::vector<Found>& found() const { return found_; }

  void look(const std::string& key, int root) {
    std::vector<int> unread{root};
    while (!unread.empty()) {
      const int node = unread.back();
      unread.pop_back();
      if (node < 0 || !seen_.insert(node).second) continue;
      const auto& one = graph_[node];
      if (const int divisor = divisor_of(one); divisor >= 0) take_apart(divisor, key, node);
      const bool is_choice = one.kind == NodeKind::choice;
      unread.insert(unread.end(), one.child.begin(), is_choice ? one.child.begin() + 1 : one.child.end());
    }
  }

 private:
  int divisor_of(const ops::Graph::Node& one) {
    if (one.kind == NodeKind::unary && one.code == OpCode::reciprocal) return one.child[0];
    if (one.kind != NodeKind::binary) return -1;
    if (one.code == OpCode::divide) return one.child[1];
    return one.code == OpCode::power && range_(one.child[1]).greatest < 0 ? one.child[0] : -1;
  }

  /// The parts of a divisor that are 0 where it is.
  void take_apart(int divisor, const std::string& key, int quotient) {
    std::vector<int> unread{divisor};
    while (!unread.empty()) {
      const int node = unread.back();
      unread.pop_back();
      const auto& one = graph_[node];
      if (one.kind == NodeKind::binary && one.code == OpCode::multiply) {
        unread.insert(unread.end(), {one.child[0], one.child[1]});
      } else if (is_zero_with_first(one)) {
        unread.push_back(one.child[0]);
      } else {
        add(node, key, quotient);
      }
    }
  }

  static bool is_zero_with_first(const ops::Graph::Node& one) {
    if (one.kind == NodeKind::binary) return one.code == OpCode::divide || one.code == OpCode::power;
    return one.kind == NodeKind::unary &&
           (one.code == OpCode::negate || one.code == OpCode::square || one.code == OpCode::cube ||
            one.code == OpCode::fourth || one.code == OpCode::abs);
  }

  void add(int divisor, const std::string& key, int quotient) {
    if (is_lasting(system_, divisor) || !range_(divisor).has_both_signs()) return;
    const auto is_known = [&](const Found& one) { return one.divisor == divisor; };
    if (std::none_of(found_.begin(), found_.end(), is_known)) found_.push_back({divisor, quotient, key});
  }

  const System& system_;
  const ops::Graph& graph_;
  Ranges range_;
  std::vector<Found> found_;
  std::set<int> seen_;
};

}  // namespace

Divisors::Divisors(const io::Deck& deck, const System& system) {
  DivisorSearch search(system);
  for (const Named& one : system.auxiliaries)
    search.look("pde.let." + one.name, one.node);
  for (std::size_t field = 0; field < system.fields.size(); ++field) {
    const std::string& name = system.fields[field];
    search.look((has_name(deck, "pde.flux", name) ? "pde.flux." : "pde.equations.") + name, system.rates[field]);
  }
  for (const auto& [divisor, quotient, key] : search.found()) {
    const auto origin = system.origins.find(key, quotient);
    const DeckPlace place = origin ? origin->place : DeckPlace{deck.position(key), key};
    nodes_.push_back(divisor);
    places_.push_back(fmt::format("{}: {}", to_string(place.position), place.key));
    texts_.push_back(text_of(system, divisor));
  }
}

std::string Divisors::changed_sign(std::size_t divisor, double time) const {
  return fmt::format(
      "{}: this divides by {}, whose sign changed in a step from time {:g} on; if the equation is infinite where it is "
      "0, "
      "what comes after is wrong",
      places_[divisor], texts_[divisor], time);
}

}  // namespace tarn::apps::pde
