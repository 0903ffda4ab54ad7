#include "tarn/io/deck/overrides.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/syntax_hints.hpp"

namespace tarn::io {

namespace {

constexpr std::size_t most_steps = 64;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool parse_index(std::string_view& rest, std::vector<std::size_t>& indices) {
  const auto close = rest.find(']');
  if (close == std::string_view::npos) return false;
  const auto digits = rest.substr(1, close - 1);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return false;
  indices.push_back(index);
  rest.remove_prefix(close + 1);
  return true;
}

/// "output[0]" -> output, 0
std::optional<PathStep> parse_step(std::string_view text) {
  PathStep step;
  const auto bracket = text.find('[');
  step.name = text.substr(0, bracket);
  if (step.name.empty() || key_part(step.name) != step.name) return std::nullopt;
  auto rest = bracket == std::string_view::npos ? std::string_view() : text.substr(bracket);
  while (!rest.empty()) {
    if (rest[0] != '[' || !parse_index(rest, step.indices)) return std::nullopt;
  }
  return step;
}

std::optional<std::vector<PathStep>> parse_path(std::string_view text) {
  std::vector<PathStep> steps;
  for (bool more = true; more;) {
    const auto dot = text.find('.');
    const auto step = parse_step(trim(text.substr(0, dot)));
    if (!step || steps.size() == most_steps) return std::nullopt;
    steps.push_back(*step);
    more = dot != std::string_view::npos;
    if (more) text.remove_prefix(dot + 1);
  }
  return steps;
}

RawNode parse_override_value(std::string_view text, const Position& position) {
  const auto value = parse_toml_value(text, position);
  const bool is_time =
      value && (value->kind == RawKind::date || value->kind == RawKind::time || value->kind == RawKind::date_time);
  if (value && !is_time) return *value;
  RawNode out;
  out.kind = RawKind::text;
  out.position = position;
  out.text = text;
  return out;
}

/// The walk from the root of the deck to the place of an override's value.
class Walk {
 public:
  Walk(const Override& override, Problems& problems) : override_(override), problems_(problems) {}

  void run(RawNode& root) { override_.value ? put(root) : take_out(root); }

 private:
  void put(RawNode& root) {
    auto* node = &root;
    for (std::size_t n = 0; n < override_.path.size(); ++n) {
      const auto& step = override_.path[n];
      const bool is_whole = n + 1 == override_.path.size() && step.indices.empty();
      node = enter_member(*node, step, is_whole);
      for (std::size_t level = 0; node != nullptr && level < step.indices.size(); ++level) {
        node = enter_item(*node, step.indices[level]);
      }
      if (node == nullptr) return;
    }
    *node = *override_.value;
  }

  void take_out(RawNode& root) {
    auto* node = &root;
    for (std::size_t n = 0; n < override_.path.size(); ++n) {
      const auto& [name, indices] = override_.path[n];
      const bool last = n + 1 == override_.path.size();
      walked_ += (walked_.empty() ? "" : ".") + name;
      auto* found = node->kind == RawKind::table ? node->find(name) : nullptr;
      if (found == nullptr) return refuse_to_take_out();
      if (last && indices.empty()) {
        std::erase_if(node->members, [&key = name](const RawMember& member) { return member.name == key; });
        return;
      }
      if (!enter_items(found, indices, last)) return;
      node = found;
    }
  }

  /// Follows indices; takes the last entry out if it is the path's end. Whether there is more to follow.
  bool enter_items(RawNode*& node, const std::vector<std::size_t>& indices, bool last) {
    for (std::size_t level = 0; level < indices.size(); ++level) {
      walked_ += fmt::format("[{}]", indices[level]);
      if (node->kind != RawKind::list || indices[level] >= node->items.size()) {
        refuse_to_take_out();
        return false;
      }
      if (last && level + 1 == indices.size()) {
        node->items.erase(node->items.begin() + static_cast<std::ptrdiff_t>(indices[level]));
        return false;
      }
      node = &node->items[indices[level]];
    }
    return true;
  }

  void refuse_to_take_out() { refuse("the deck does not have it, so there is nothing to take out"); }

  RawNode made_node(RawKind kind) const {
    RawNode node;
    node.kind = kind;
    node.position = override_.position;
    return node;
  }

  RawNode* refuse(const std::string& what) {
    problems_.add(override_.position, walked_, what);
    return nullptr;
  }

  /// @param is_whole  whether the member's value is replaced: then the override is the place of its name, too
  RawNode* enter_member(RawNode& node, const PathStep& step, bool is_whole) {
    if (node.kind == RawKind::list) {
      return refuse(fmt::format("a list; name one entry, as in {}[0].{}", walked_, step.name));
    }
    if (node.kind != RawKind::table) return refuse(fmt::format("{} has no keys within it", show(node)));
    walked_ += (walked_.empty() ? "" : ".") + step.name;
    for (RawMember& member : node.members) {
      if (member.name != step.name) continue;
      if (is_whole) member.position = override_.position;
      return &member.value;
    }
    const auto kind = step.indices.empty() ? RawKind::table : RawKind::list;
    node.members.push_back({step.name, override_.position, made_node(kind)});
    return &node.members.back().value;
  }

  RawNode* enter_item(RawNode& node, std::size_t index) {
    if (node.kind != RawKind::list) return refuse(fmt::format("no list; [{}] has no meaning here", index));
    const auto size = node.items.size();
    if (index > size) {
      return refuse(
          fmt::format("index {} is too large: the deck has {} of them, so the next is [{}]", index, size, size));
    }
    walked_ += fmt::format("[{}]", index);
    if (index == size) node.items.push_back(made_node(RawKind::table));
    return &node.items[index];
  }

  const Override& override_;
  Problems& problems_;
  std::string walked_;
};

}  // namespace

std::optional<Override> parse_override(const std::string& text, Problems& problems) {
  const Position position{"--set " + text, 0, 0};
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    problems.add(position, "", "expected table.key=value, got no '='");
    return std::nullopt;
  }
  const auto value_text = trim(std::string_view(text).substr(equals + 1));
  if (const auto flaw = find_text_flaw(value_text, position.source); !flaw.what.empty()) {
    problems.add(position, "", flaw.what);
    return std::nullopt;
  }
  const auto path = parse_path(std::string_view(text).substr(0, equals));
  if (!path) {
    const auto got = shortened(text.substr(0, equals));
    problems.add(position, "",
                 fmt::format("expected table.key=value, such as time.end=0.5 or "
                             "output[0].every={{steps=5}}; '{}' is no table.key",
                             got));
    return std::nullopt;
  }
  if (value_text.empty()) return Override{*path, position, std::nullopt};
  return Override{*path, position, parse_override_value(value_text, position)};
}

void apply_override(const Override& override, RawNode& root, Problems& problems) {
  Walk(override, problems).run(root);
}

}  // namespace tarn::io
