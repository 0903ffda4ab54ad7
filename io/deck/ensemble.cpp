#include "tarn/io/deck/ensemble.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/overrides.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/raw.hpp"

namespace tarn::io {

namespace {

/// A key that varies.
struct Varied {
  std::string key;
  Position position;
  std::vector<std::string> values;  ///< TOML
};

bool is_number(const RawNode* node) {
  return node != nullptr && (node->kind == RawKind::number || node->kind == RawKind::integer);
}

double number_of(const RawNode& node) {
  return node.kind == RawKind::integer ? static_cast<double>(node.integer) : node.number;
}

/// Whether a table is { from, to, count } or meant to be: no key of a deck's table is called so.
bool is_range(const RawNode& node) {
  return node.find("from") != nullptr || node.find("to") != nullptr || node.find("count") != nullptr;
}

std::string toml_number(double value, const Position& position) {
  RawNode node;
  node.kind = RawKind::number;
  node.position = position;
  node.number = value;
  return to_toml_value(node);
}

std::string toml_integer(std::int64_t value, const Position& position) {
  RawNode node;
  node.kind = RawKind::integer;
  node.position = position;
  node.integer = value;
  return to_toml_value(node);
}

/// The steps of a range of whole numbers; nothing if it has others.
std::optional<std::int64_t> whole_step(const RawNode& from, const RawNode& to, std::int64_t count) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  if (from.kind != RawKind::integer || to.kind != RawKind::integer) return {};
  if (std::max(std::abs(from.integer), std::abs(to.integer)) > most) return {};
  const std::int64_t width = to.integer - from.integer, steps = std::max<std::int64_t>(1, count - 1);
  return width % steps == 0 ? std::optional(width / steps) : std::nullopt;
}

/// "table.key" of " table . key", as a path of an override may be written.
std::string without_spaces(std::string key) {
  std::erase_if(key, [](char c) { return c == ' ' || c == '\t'; });
  return key;
}

class Reader {
 public:
  explicit Reader(Problems& problems) : problems_(problems) {}

  /// The table [ensemble].
  void read_table(const RawMember& ensemble) {
    position_ = ensemble.position;
    if (ensemble.value.kind != RawKind::table) {
      return refuse(ensemble.position, "ensemble", "expected a table [ensemble] with a table [ensemble.vary]");
    }
    const RawMember* vary = nullptr;
    for (const auto& member : ensemble.value.members) {
      if (member.name == "combine") {
        read_combine(member.value);
      } else if (member.name == "vary") {
        vary = &member;
      } else {
        const auto near = nearest(member.name, {"combine", "vary"});
        refuse(member.position, "ensemble." + member.name,
               near ? fmt::format("unknown key; did you mean '{}'?", *near)
                    : "unknown key; [ensemble] has combine and the table vary");
      }
    }
    if (vary == nullptr) {
      return refuse(ensemble.position, "ensemble.vary", "missing; it names the keys that vary, and their values");
    }
    if (vary->value.kind != RawKind::table) {
      return refuse(vary->position, "ensemble.vary", fmt::format("expected a table; got {}", show(vary->value)));
    }
    read_keys(vary->value, "");
  }

  /// @param prefix  the path before the table's names, with its dot
  void read_keys(const RawNode& table, const std::string& prefix) {
    for (const auto& member : table.members) {
      const std::string key = prefix + member.name;
      if (member.value.kind == RawKind::table && !is_range(member.value)) {
        read_keys(member.value, key + ".");
      } else {
        add(key, member.position, member.value);
      }
    }
  }

  /// An option of the command line.
  void read_option(const std::string& option) {
    const Position position{"--ensemble " + option, 0, 0};
    const auto equals = option.find('=');
    if (equals == std::string::npos || equals == 0) {
      return refuse(position, "", "expected table.key=[v1, v2] or table.key={from=0, to=1, count=5}");
    }
    const auto value = parse_toml_value(option.substr(equals + 1), position);
    if (!value) return refuse(position, "", "what follows '=' is no TOML list; texts and formulas need quotes in it");
    add(option.substr(0, equals), position, *value);
  }

  /// A value for all members, which those of the ensemble would hide.
  void read_override(const std::string& override) {
    const std::string key = without_spaces(override.substr(0, override.find('=')));
    const bool varies = std::any_of(varied_.begin(), varied_.end(), [&](const Varied& v) { return v.key == key; });
    if (varies) refuse({"--set " + override, 0, 0}, "", "this key varies in the ensemble");
  }

  Ensemble combined() {
    Ensemble ensemble;
    if (varied_.empty()) {
      refuse(position_, "ensemble.vary", "names no key; one line each, such as \"time.end\" = [1.0, 2.0]");
      return ensemble;
    }
    for (const auto& varied : varied_)
      ensemble.keys.push_back(varied.key);
    zip_ ? zip(ensemble) : multiply(ensemble);
    return ensemble;
  }

  bool is_sound() const { return sound_; }

 private:
  void refuse(const Position& position, const std::string& key, const std::string& what) {
    problems_.add(position, key, what);
    sound_ = false;
  }

  void read_combine(const RawNode& value) {
    const bool known = value.kind == RawKind::text && (value.text == "product" || value.text == "zip");
    if (!known) {
      return refuse(value.position, "ensemble.combine",
                    fmt::format("expected \"product\" or \"zip\"; got {}", show(value)));
    }
    zip_ = value.text == "zip";
  }

  void add(const std::string& given, const Position& position, const RawNode& value) {
    const std::string key = without_spaces(given), name = position.line == 0 ? "" : "ensemble.vary." + key;
    Varied varied{key, position, {}};
    Problems unused;  // the override's own message would speak of --set
    if (!parse_override(given + "=0", unused)) {
      return refuse(position, name, fmt::format("'{}' is no table.key", shortened(given)));
    }
    if (key == "ensemble" || key.starts_with("ensemble."))
      return refuse(position, name, "an ensemble varies no ensemble");
    if (value.kind == RawKind::list) {
      for (const auto& item : value.items)
        varied.values.push_back(to_toml_value(item));
      if (varied.values.empty()) return refuse(value.position, name, "the list has no values");
    } else if (value.kind == RawKind::table) {
      if (!read_range(value, name, varied)) return;
    } else {
      return refuse(value.position, name,
                    fmt::format("expected a list of values or {{ from, to, count }}; got {}", show(value)));
    }
    put(std::move(varied), name);
  }

  /// An option stands in place of what the deck has for its key.
  void put(Varied varied, const std::string& name) {
    const auto same =
        std::find_if(varied_.begin(), varied_.end(), [&](const Varied& v) { return v.key == varied.key; });
    if (same == varied_.end()) {
      varied_.push_back(std::move(varied));
    } else if ((same->position.line == 0) == (varied.position.line == 0)) {
      refuse(varied.position, name, fmt::format("the values of {} are given twice", varied.key));
    } else {
      *same = std::move(varied);
    }
  }

  bool read_range(const RawNode& range, const std::string& name, Varied& varied) {
    const auto *from = range.find("from"), *to = range.find("to"), *count = range.find("count");
    if (range.members.size() != 3 || !is_number(from) || !is_number(to) || count == nullptr ||
        count->kind != RawKind::integer) {
      refuse(range.position, name, "expected { from = a number, to = a number, count = an integer }");
      return false;
    }
    if (count->integer < 1 || count->integer > static_cast<std::int64_t>(most_members)) {
      refuse(count->position, name, fmt::format("count must be from 1 to {}; got {}", most_members, count->integer));
      return false;
    }
    if (const auto step = whole_step(*from, *to, count->integer)) {  // for keys that take nothing else
      for (std::int64_t n = 0; n < count->integer; ++n)
        varied.values.push_back(toml_integer(from->integer + n * *step, range.position));
      return true;
    }
    const double first = number_of(*from), last = number_of(*to);
    for (std::int64_t n = 0; n < count->integer; ++n) {
      const double share = count->integer == 1 ? 0 : static_cast<double>(n) / static_cast<double>(count->integer - 1);
      const double value = n > 0 && n + 1 == count->integer ? last : first + (last - first) * share;
      varied.values.push_back(toml_number(value, range.position));
    }
    return true;
  }

  void zip(Ensemble& ensemble) {
    const std::size_t length = varied_.front().values.size();
    for (const auto& varied : varied_) {
      if (varied.values.size() == length) continue;
      refuse(varied.position, varied.position.line == 0 ? "" : "ensemble.vary." + varied.key,
             fmt::format("has {} values, and {} has {}: combine = \"zip\" takes the first with the first and so on",
                         varied.values.size(), varied_.front().key, length));
    }
    if (!sound_) return;
    if (!is_countable(static_cast<double>(length))) return;
    for (std::size_t n = 0; n < length; ++n) {
      std::vector<Ensemble::Setting> member;
      for (const auto& varied : varied_)
        member.emplace_back(varied.key, varied.values[n]);
      ensemble.members.push_back(std::move(member));
    }
  }

  void multiply(Ensemble& ensemble) {
    double count = 1;
    for (const auto& varied : varied_)
      count *= static_cast<double>(varied.values.size());
    if (!is_countable(count)) return;
    ensemble.members.resize(static_cast<std::size_t>(count));
    std::size_t repeats = ensemble.members.size();
    for (const auto& varied : varied_) {
      repeats /= varied.values.size();  // so many members in a row have the same value
      for (std::size_t n = 0; n < ensemble.members.size(); ++n)
        ensemble.members[n].emplace_back(varied.key, varied.values[n / repeats % varied.values.size()]);
    }
  }

  bool is_countable(double count) {
    if (count <= static_cast<double>(most_members)) return true;
    refuse(varied_.front().position, "", fmt::format("{:g} members; at most {} are told apart", count, most_members));
    return false;
  }

  Problems& problems_;
  Position position_;  ///< of [ensemble]
  std::vector<Varied> varied_;
  bool zip_ = false, sound_ = true;
};

}  // namespace

std::vector<std::string> Ensemble::overrides_of(std::size_t member) const {
  std::vector<std::string> overrides;
  if (in_deck) overrides.emplace_back("ensemble=");
  for (const auto& [key, value] : members.at(member))
    overrides.push_back(key + "=" + value);
  return overrides;
}

std::optional<Ensemble> read_ensemble(const std::string& text, const std::string& source,
                                      const std::vector<std::string>& overrides,
                                      const std::vector<std::string>& options, Problems& problems) {
  Problems of_the_deck;
  auto root = parse_toml(text, source, of_the_deck);
  if (root) {
    for (const auto& override : overrides) {
      if (const auto one = parse_override(override, of_the_deck)) apply_override(*one, *root, of_the_deck);
    }
  }
  Reader reader(problems);
  bool in_deck = false;
  if (root) {
    for (const auto& member : root->members) {
      if (member.name != "ensemble") continue;
      in_deck = true;
      reader.read_table(member);
    }
  }
  for (const auto& option : options)
    reader.read_option(option);
  for (const auto& override : overrides)
    reader.read_override(override);
  if (!reader.is_sound() || (!in_deck && options.empty())) return {};
  auto ensemble = reader.combined();
  if (!reader.is_sound()) return {};
  ensemble.in_deck = in_deck;
  return ensemble;
}

}  // namespace tarn::io
