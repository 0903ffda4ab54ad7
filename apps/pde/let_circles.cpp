#include "tarn/apps/pde/let_circles.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tarn/ops/formula/names.hpp"

namespace tarn::apps::pde {

namespace {

/// Another name in the formula of one.
struct Use {
  std::size_t let, offset;  ///< which, and where in the formula it stands first
};

std::vector<std::vector<Use>> uses_of(const Sources& sources, int field_count) {
  std::vector<std::vector<Use>> uses(sources.lets.size());
  for (std::size_t let = 0; let < uses.size(); ++let) {
    std::set<int> known;
    for (const ops::FormulaNode& node : sources.lets[let].tree->nodes) {
      const int number = node.index - field_count;
      const bool is_let = node.kind == ops::NodeKind::variable && number >= 0 && number < static_cast<int>(uses.size());
      if (is_let && known.insert(number).second) uses[let].push_back({static_cast<std::size_t>(number), node.offset});
    }
  }
  return uses;
}

/// Names that need themselves, or one that does: all that do not stand behind what they need in any order.
std::vector<std::size_t> candidates(const std::vector<std::vector<Use>>& uses) {
  std::vector<std::vector<std::size_t>> users(uses.size());
  std::vector<std::size_t> missing(uses.size()), order, found;
  for (std::size_t let = 0; let < uses.size(); ++let) {
    missing[let] = uses[let].size();
    if (missing[let] == 0) order.push_back(let);
    for (const Use& use : uses[let])
      users[use.let].push_back(let);
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const std::size_t user : users[order[at]]) {
      if (--missing[user] == 0) order.push_back(user);
    }
  }
  for (std::size_t let = 0; let < uses.size(); ++let) {
    if (missing[let] > 0) found.push_back(let);
  }
  return found;
}

/// A name that is made from itself: each needs the next, and the last the first.
struct Circle {
  std::vector<std::size_t> lets;  ///< empty: there is none
  std::size_t offset = 0;         ///< of the first in the formula of the last
};

/// The shortest, level by level.
Circle shortest(const std::vector<std::vector<Use>>& uses, std::size_t first) {
  const std::size_t none = uses.size();
  std::vector<std::size_t> from(uses.size(), none), order{first};
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::size_t let = order[at];
    for (const Use& use : uses[let]) {
      if (use.let == first) {
        Circle circle{{}, use.offset};
        for (std::size_t one = let; one != first; one = from[one])
          circle.lets.push_back(one);
        circle.lets.push_back(first);
        std::reverse(circle.lets.begin(), circle.lets.end());
        return circle;
      }
      if (from[use.let] != none) continue;
      from[use.let] = let;
      order.push_back(use.let);
    }
  }
  return {};
}

}  // namespace

void check_circles(const Sources& sources, int field_count, io::Problems& problems) {
  const auto uses = uses_of(sources, field_count);
  std::set<std::set<std::size_t>> told;
  for (const std::size_t let : candidates(uses)) {
    const Circle circle = shortest(uses, let);
    const std::set<std::size_t> lets(circle.lets.begin(), circle.lets.end());
    if (lets.empty() || !told.insert(lets).second) continue;
    std::vector<std::string> names;
    for (const std::size_t one : circle.lets)
      names.push_back(sources.lets[one].name);
    const Source& last = sources.lets[circle.lets.back()];
    problems.add(
        last.text.at(circle.offset), last.key,
        fmt::format("'{}' is made from itself: {}", names.front().substr(0, 40), ops::detail::circle_text(names)));
  }
}

}  // namespace tarn::apps::pde
