#include "tarn/io/deck/value.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/deck/duration.hpp"
#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::io {

namespace {

/// The checks of one key's value.
class ValueCheck {
 public:
  ValueCheck(const Key& key, SourceText& source, Problems& problems)
      : key_(key), source_(source), problems_(problems) {}

  Value check(const RawNode& node, const std::string& name) {
    switch (key_.type) {
      case KeyType::boolean:
        return node.kind == RawKind::boolean ? Value(node.boolean) : mistyped(node, name);
      case KeyType::integer:
        return as_value(integer(node, name));
      case KeyType::number:
        return as_value(number(node, name));
      case KeyType::text:
        return node.kind == RawKind::text ? Value(node.text) : mistyped(node, name);
      case KeyType::choice:
        return as_value(choice(node, name));
      case KeyType::formula:
        return node.kind == RawKind::text ? formula(node, name) : mistyped(node, name);
      case KeyType::number_or_formula:
        return number_or_formula(node, name);
      case KeyType::duration:
        return as_value(duration(node, name));
      case KeyType::schedule:
        return schedule(node, name);
      case KeyType::boundary:
        return boundary(node, name);
      case KeyType::integers:
        return list<std::int64_t>(node, name, KeyType::integer, &ValueCheck::integer);
      case KeyType::numbers:
        return list<double>(node, name, KeyType::number, &ValueCheck::number);
      case KeyType::texts:
        return list<std::string>(node, name, KeyType::text, &ValueCheck::plain_text);
      case KeyType::choices:
        return list<std::string>(node, name, KeyType::choice, &ValueCheck::choice);
      case KeyType::formulas:
        return list<FormulaText>(node, name, KeyType::number_or_formula, &ValueCheck::one_formula);
      case KeyType::formula_pairs:
        return list<std::array<FormulaText, 2>>(node, name, KeyType::formulas, &ValueCheck::formula_pair);
    }
    return {};
  }

 private:
  template <class T>
  static Value as_value(std::optional<T> value) {
    return value ? Value(std::move(*value)) : Value();
  }

  std::monostate mistyped(const RawNode& node, const std::string& name) {
    problems_.add(node.position, name,
                  fmt::format("expected {}, got {}{}", expected_text(key_), show(node), hint(node, name)));
    return {};
  }

  /// How to write what was probably meant.
  std::string hint(const RawNode& node, const std::string& name) const {
    const bool is_scalar = node.kind != RawKind::list && node.kind != RawKind::table;
    const bool wants_text = key_.type == KeyType::text || key_.type == KeyType::choice ||
                            key_.type == KeyType::formula || key_.type == KeyType::duration;
    if (wants_text && is_scalar && node.kind != RawKind::text) return quoted_hint(node, name);
    if (node.kind == RawKind::number && key_.type == KeyType::integer && is_whole(node.number)) {
      return fmt::format("; write {}", shortest(node.number));
    }
    const bool wants_list = key_.type == KeyType::integers || key_.type == KeyType::numbers ||
                            key_.type == KeyType::texts || key_.type == KeyType::choices ||
                            key_.type == KeyType::formulas;
    if (wants_list && is_scalar && fits_one_entry(node)) return fmt::format("; write [{}]", to_toml_value(node));
    if (node.kind == RawKind::text && !wants_text) return unquoted_hint(node);
    return "";
  }

  std::string quoted_hint(const RawNode& node, const std::string& name) const {
    const auto text = key_.type == KeyType::choice ? "" : fmt::format("\"{}\"", to_toml_value(node));
    if (text.empty()) return "";
    if (key_.type == KeyType::duration && !parse_duration(to_toml_value(node)).flaw.empty()) {
      return node.kind == RawKind::integer ? seconds_hint(node.integer) : "";
    }
    const bool on_command_line = node.position.source.starts_with("--set ");
    if (!on_command_line) return fmt::format("; write {}", text);
    return fmt::format("; write --set {}", shell_word(fmt::format("{}={}", name, text)));
  }

  /// A bare number for a duration: seconds are meant, most likely.
  static std::string seconds_hint(std::int64_t seconds) {
    constexpr std::int64_t most = 1'000'000 * std::int64_t{3600};  // what six digits of hours can say
    if (seconds < 0 || seconds >= most) return "";
    return fmt::format("; {} s are \"{:02}:{:02}:{:02}\"", seconds, seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /// "0.5" where 0.5 is wanted.
  std::string unquoted_hint(const RawNode& node) const {
    const auto inner = parse_toml_value(node.text, node.position);
    if (!inner) return "";
    Problems inner_problems;
    const auto value = ValueCheck(key_, source_, inner_problems).check(*inner, "");
    const bool would_pass = !std::holds_alternative<std::monostate>(value);
    return would_pass ? "; write it without the quotes" : "";
  }

  static bool is_whole(double value) { return std::abs(value) < 1e15 && std::floor(value) == value; }

  bool fits_one_entry(const RawNode& node) const {
    switch (key_.type) {
      case KeyType::integers:
        return node.kind == RawKind::integer;
      case KeyType::numbers:
        return node.kind == RawKind::integer || node.kind == RawKind::number;
      default:
        return node.kind == RawKind::text;
    }
  }

  bool in_range(double value, const std::string& shown, const RawNode& node, const std::string& name) {
    const bool ok = (!key_.at_least || value >= *key_.at_least) && (!key_.above || value > *key_.above) &&
                    (!key_.at_most || value <= *key_.at_most) && (!key_.below || value < *key_.below);
    if (!ok) {
      problems_.add(node.position, name, fmt::format("{} is out of range: {}", shown, range_text(key_)));
    }
    return ok;
  }

  std::optional<std::int64_t> integer(const RawNode& node, const std::string& name) {
    if (node.kind != RawKind::integer) return mistyped(node, name), std::nullopt;
    if (!in_range(static_cast<double>(node.integer), to_toml_value(node), node, name)) return std::nullopt;
    return node.integer;
  }

  std::optional<double> number(const RawNode& node, const std::string& name) {
    if (node.kind != RawKind::integer && node.kind != RawKind::number) return mistyped(node, name), std::nullopt;
    const auto value = node.kind == RawKind::integer ? static_cast<double>(node.integer) : node.number;
    if (!std::isfinite(value)) {
      problems_.add(node.position, name, fmt::format("expected a finite number, got {}", to_toml_value(node)));
      return std::nullopt;
    }
    if (!in_range(value, to_toml_value(node), node, name)) return std::nullopt;
    return value;
  }

  std::optional<std::string> plain_text(const RawNode& node, const std::string& name) {
    if (node.kind != RawKind::text) return mistyped(node, name), std::nullopt;
    return node.text;
  }

  std::optional<std::string> choice(const RawNode& node, const std::string& name) {
    const auto& choices = key_.choices;
    const bool is_text = node.kind == RawKind::text;
    const std::string word = is_text ? node.text : node.kind == RawKind::integer ? to_toml_value(node) : "";
    if (std::find(choices.begin(), choices.end(), word) != choices.end()) return word;
    if (!is_text) return mistyped(node, name), std::nullopt;
    problems_.add(node.position, name, not_one_of(word, choices));
    return std::nullopt;
  }

  Value formula(const RawNode& node, const std::string& name) {
    if (node.text.find_first_not_of(" \t\r\n") == std::string::npos) {
      problems_.add(node.position, name, "expected a formula, got empty text");
      return {};
    }
    FormulaText out{node.text, node.position, {}};
    if (node.position.line > 0) {
      Position unused = node.position;
      const auto literal = string_literal(source_.from(unused.line, unused.column), node.text.size(), unused);
      out.literal = literal;
    }
    return out;
  }

  Value number_or_formula(const RawNode& node, const std::string& name) {
    if (node.kind == RawKind::list && key_.longest)
      return list<FormulaText>(node, name, KeyType::number_or_formula, &ValueCheck::one_formula);
    if (node.kind == RawKind::text) return formula(node, name);
    if (node.kind == RawKind::integer) {  // its digits, where a double might not hold them all
      return number(node, name) ? Value(FormulaText{to_toml_value(node), node.position, {}}) : Value();
    }
    const auto value = number(node, name);
    return value ? Value(FormulaText{shortest(*value), node.position, {}}) : Value();
  }

  std::optional<FormulaText> one_formula(const RawNode& node, const std::string& name) {
    const bool is_one = node.kind == RawKind::text || node.kind == RawKind::integer || node.kind == RawKind::number;
    if (!is_one) return mistyped(node, name), std::nullopt;
    const Value value = number_or_formula(node, name);
    const auto* formula = std::get_if<FormulaText>(&value);
    return formula != nullptr ? std::optional(*formula) : std::nullopt;
  }

  std::optional<std::array<FormulaText, 2>> formula_pair(const RawNode& node, const std::string& name) {
    Key pair = key_;
    pair.shortest = pair.longest = 2;
    ValueCheck check(pair, source_, problems_);
    const Value value = check.list<FormulaText>(node, name, KeyType::number_or_formula, &ValueCheck::one_formula);
    const auto* formulas = std::get_if<std::vector<FormulaText>>(&value);
    if (formulas == nullptr) return std::nullopt;
    return std::array{(*formulas)[0], (*formulas)[1]};
  }

  std::optional<double> duration(const RawNode& node, const std::string& name) {
    if (node.kind != RawKind::text) return mistyped(node, name), std::nullopt;
    const auto parsed = parse_duration(node.text);
    if (!parsed.flaw.empty()) {
      problems_.add(node.position, name, parsed.flaw);
      return std::nullopt;
    }
    if (!in_range(parsed.seconds, fmt::format("\"{}\"", node.text), node, name)) return std::nullopt;
    return parsed.seconds;
  }

  Value schedule(const RawNode& node, const std::string& name);

  Value boundary(const RawNode& node, const std::string& name) {
    if (node.kind == RawKind::text) {
      const auto both = choice(node, name);
      return both ? Value(std::array<std::string, 2>{*both, *both}) : Value();
    }
    const bool is_pair = node.kind == RawKind::list && node.items.size() == 2 && node.items[0].kind == RawKind::text &&
                         node.items[1].kind == RawKind::text;
    if (!is_pair) return mistyped(node, name);
    const auto lower = choice(node.items[0], name + "[0]");
    const auto upper = choice(node.items[1], name + "[1]");
    if (!lower || !upper) return {};
    return std::array<std::string, 2>{*lower, *upper};
  }

  template <class T>
  Value list(const RawNode& node, const std::string& name, KeyType entry,
             std::optional<T> (ValueCheck::*check_entry)(const RawNode&, const std::string&)) {
    if (node.kind != RawKind::list) return mistyped(node, name);
    const auto count = static_cast<std::int64_t>(node.items.size());
    if (count < key_.shortest.value_or(0) || (key_.longest && count > *key_.longest)) {
      const auto got = count == 0 ? "an empty list" : fmt::format("a list of {}", count);
      problems_.add(node.position, name, fmt::format("expected {}, got {}", expected_text(key_), got));
      return {};
    }
    Key entry_key = key_;
    entry_key.type = entry;
    entry_key.shortest = entry_key.longest = {};
    ValueCheck entry_check(entry_key, source_, problems_);
    std::vector<T> values;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      auto value = (entry_check.*check_entry)(node.items[i], fmt::format("{}[{}]", name, i));
      if (value) values.push_back(std::move(*value));
    }
    return values.size() == node.items.size() ? Value(std::move(values)) : Value();
  }

  const Key& key_;
  SourceText& source_;
  Problems& problems_;
};

/// The keys of a schedule are checked as keys of any table are.
Value ValueCheck::schedule(const RawNode& node, const std::string& name) {
  static const Key steps{.name = "steps", .type = KeyType::integer, .meaning = "", .above = 0};
  static const Key time{.name = "time", .type = KeyType::number, .meaning = "", .above = 0};
  static const Key walltime{.name = "walltime", .type = KeyType::duration, .meaning = "", .unit = "s", .above = 0};
  if (node.kind != RawKind::table) return mistyped(node, name);

  Schedule out;
  bool ok = true;
  std::vector<std::string> known;
  for (const auto& member : node.members) {
    const auto inner = name + "." + key_part(shortened(member.name));
    if (member.name == "steps") {
      out.steps = ValueCheck(steps, source_, problems_).integer(member.value, inner);
    } else if (member.name == "time") {
      out.time = ValueCheck(time, source_, problems_).number(member.value, inner);
    } else if (member.name == "walltime") {
      out.walltime = ValueCheck(walltime, source_, problems_).duration(member.value, inner);
    } else {
      const auto near = nearest(member.name, {"steps", "time", "walltime"});
      const auto hint = near ? fmt::format("did you mean '{}'?", *near) : "it is one of steps, time, walltime";
      problems_.add(member.position, inner, "unknown key; " + hint);
      ok = false;
      continue;
    }
    known.push_back(member.name);
  }
  if (known.size() != 1 && ok) {
    const auto got = known.empty() ? "none" : fmt::format("{}", fmt::join(known, " and "));
    problems_.add(node.position, name, "expected exactly one of steps, time and walltime, got " + got);
  }
  const bool has_value = out.steps || out.time || out.walltime;
  return ok && known.size() == 1 && has_value ? Value(out) : Value();
}

}  // namespace

Value check_value(const Key& key, const RawNode& node, const std::string& name, SourceText& source,
                  Problems& problems) {
  return ValueCheck(key, source, problems).check(node, name);
}

}  // namespace tarn::io
