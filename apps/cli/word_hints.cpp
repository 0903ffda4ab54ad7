#include "tarn/apps/cli/word_hints.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/cli/words.hpp"
#include "tarn/apps/driver/app.hpp"
#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/text.hpp"

namespace tarn::cli {

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t longest_advice = 400;  ///< what is to be copied is not cut, if it can be

Names commands_of(const CLI::App& program) {
  Names names;
  for (const auto* command : program.get_subcommands({}))
    names.push_back(command->get_name());
  return names;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string without_dashes(const std::string& option) {
  const auto first = option.find_first_not_of('-');
  return first == std::string::npos ? "" : option.substr(first);
}

bool has_option(const CommandWords& command, const std::string& name) {
  return std::any_of(command.words.begin(), command.words.end(), [&](const Word& word) {
    return std::find(word.names.begin(), word.names.end(), name) != word.names.end();
  });
}

/// Whether a word is meant as an option where a value may stand too: one letter that the command knows, or a long
/// name, which may be mistyped. Values such as "-1e-3", "-x" and "-sin(x)" are none.
bool is_option(const CommandWords& command, const std::string& word) {
  if (!word.starts_with("--")) return has_option(command, word);
  const std::string name = word.substr(2, word.find('=') - 2);
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-'; });
}

bool is_ranks_option(const std::string& word) {
  for (const char* const name : {"--np", "--nprocs", "--ranks", "--ntasks"}) {
    if (word == name) return true;
  }
  return word.starts_with("-np") && (word.size() == 3 || io::is_digits(word.substr(3)));
}

/// MPI launchers call the number of ranks -np, which here would be -n with the value p.
std::string ranks_hint(const CommandWords& command, const Names& words) {
  if (!has_option(command, "-n")) return {};
  for (std::size_t n = 0; n < words.size(); ++n) {
    const std::string option = words[n].substr(0, words[n].find('='));
    if (!is_ranks_option(option)) continue;
    std::string number = n + 1 < words.size() && io::is_digits(words[n + 1]) ? words[n + 1] : "RANKS";
    if (option.starts_with("-np") && option.size() > 3) number = option.substr(3);
    if (option.size() < words[n].size()) number = words[n].substr(option.size() + 1);
    return fmt::format("unknown option {}; write -n {}", option, io::shortened(number));
  }
  return {};
}

/// Whether a formula that a shell has cut at its blanks goes on in the next word: there is an operator between.
bool goes_on(const CommandWords& command, const std::string& value, const std::string& next) {
  constexpr std::string_view operators = "+-*/^<>=!&|?:,";
  if (value.empty() || next.empty() || is_option(command, next) || next.ends_with(".toml")) return false;
  if (next.front() == '/') return next.size() == 1;  // else a path
  return operators.find(value.back()) != std::string_view::npos ||
         operators.find(next.front()) != std::string_view::npos || next.front() == ')';
}

/// The value that begins with a word, and goes on in the next ones while a bracket is open or an operator is between.
/// @param[in,out] at  the place of the first word; then that of the last, or behind all words if none closes the
/// bracket
std::string value_of_words(const CommandWords& command, const Names& words, std::size_t& at) {
  constexpr std::string_view openers = "([{", closers = ")]}";
  std::string value;
  for (std::ptrdiff_t open = 0; at < words.size(); ++at) {
    value += (value.empty() ? "" : " ") + words[at];
    for (const char c : words[at]) {
      open += openers.find(c) != std::string_view::npos ? 1 : 0;
      open -= closers.find(c) != std::string_view::npos ? 1 : 0;
    }
    if (open <= 0 && (at + 1 == words.size() || !goes_on(command, value, words[at + 1]))) break;
  }
  return value;
}

/// Of "--set heat.source=x + y": the value without its quotes.
std::string quotes_hint(const CommandWords& command, const Names& words, std::size_t option) {
  if (!goes_on(command, words[option + 1], words[option + 2])) return {};
  std::size_t last = option + 1;
  const std::string whole = value_of_words(command, words, last);
  if (last == words.size()) return {};
  Names written(words.begin() + static_cast<std::ptrdiff_t>(option),
                words.begin() + static_cast<std::ptrdiff_t>(last + 1));
  return fmt::format("{}: write {}", io::shortened(io::shell_words(written), longest_advice),
                     io::shortened(io::shell_words({words[option], whole}), longest_advice));
}

/// Of "--set time.end 3", or with blanks around the '=': one word is expected.
std::string override_hint(const CommandWords& command, const Names& words) {
  for (std::size_t n = 0; n + 2 < words.size(); ++n) {
    if (words[n] != "--set" && words[n] != "--ensemble") continue;
    const std::string &key = words[n + 1], &next = words[n + 2];
    const auto equals = key.find('=');
    const std::string name = trimmed(key.substr(0, equals));
    if (equals != std::string::npos && !trimmed(key.substr(equals + 1)).empty()) {
      if (auto hint = quotes_hint(command, words, n); !hint.empty()) return hint;
      continue;  // a word as it should be
    }
    if (equals != std::string::npos && next.ends_with(".toml")) continue;  // a key taken out, and the deck
    const bool apart = equals == std::string::npos && next.starts_with('=');
    const std::size_t first = n + (apart && next.size() == 1 ? 3 : 2);
    if (first >= words.size() || is_option(command, words[first])) continue;
    std::size_t last = first;
    std::string value = value_of_words(command, words, last);
    if (last == words.size()) value = "VALUE", last = first;  // where it ends is not known
    if (apart && value.starts_with('=')) value.erase(0, 1);
    const Names written(words.begin() + static_cast<std::ptrdiff_t>(n),
                        words.begin() + static_cast<std::ptrdiff_t>(last + 1));
    return fmt::format("{}: write {}", io::shortened(io::shell_words(written), longest_advice),
                       io::shortened(io::shell_words({words[n], fmt::format("{}={}", name, value)}), longest_advice));
  }
  return {};
}

std::string unknown_option(const CommandWords& command, const std::string& word) {
  const std::string option = word.substr(0, word.find('='));
  Names known;
  for (const Word& one : command.words) {
    for (const auto& name : one.names)
      known.push_back(without_dashes(name));
  }
  const auto near = io::nearest(without_dashes(option), known);
  if (!near) return "unknown option " + io::shortened(option);
  return fmt::format("unknown option {}; did you mean {}{}?", io::shortened(option), near->size() == 1 ? "-" : "--",
                     *near);
}

/// Of a command whose own commands are named next.
std::string unknown_command(const CLI::App& command, const CommandWords& parsed, const std::string& word) {
  const Names known = commands_of(command);
  const auto near = io::nearest(word, known);
  std::string path, of;
  for (const auto& part : parsed.path)
    path += part + " ", of += (of.empty() ? " of " : " ") + part;
  return fmt::format("there is no command '{}{}'{}; the commands{} are: {}", path, io::shortened(word),
                     near ? fmt::format(" (did you mean '{}{}'?)", path, *near) : "", of, fmt::join(known, ", "));
}

std::string unknown_argument(const CommandWords& command, const std::string& word) {
  const std::string text = "unknown argument " + io::shortened(word);
  const auto& apps = apps::all_apps();
  const bool is_app = std::any_of(apps.begin(), apps.end(), [&](const apps::App& app) { return app.name == word; });
  if (is_app && !command.path.empty() && command.path[0] == "list")
    return fmt::format("{}; tarn list tells of all apps, and `tarn describe {}` of this one", text, word);
  const bool takes_some =
      std::any_of(command.words.begin(), command.words.end(), [](const Word& one) { return one.names.empty(); });
  return takes_some ? text : fmt::format("{}; tarn {} takes options alone", text, fmt::join(command.path, " "));
}

/// What a text has before and behind a separator; nothing if it does not have that.
std::optional<std::pair<std::string, std::string>> parts_at(const std::string& text, const std::string& separator) {
  const auto at = text.find(separator);
  if (at == std::string::npos) return {};
  return std::pair(text.substr(0, at), text.substr(at + separator.size()));
}

/// "1 to 9", or "[1 - 9]" from CLI11 2.4 on.
std::string range_text(std::string range) {
  std::erase_if(range, [](char c) { return c == '[' || c == ']'; });
  if (const auto ends = parts_at(range, " - ")) return ends->first + " to " + ends->second;
  return range;
}

/// What a value should have been, which CLI11 tells in ways that differ with its release.
/// @param text  what it told
std::string wrong_value(const std::string& text) {
  if (const auto parts = parts_at(text, ": Value ")) {
    if (const auto range = parts_at(parts->second, " not in range ")) {
      const bool is_whole = range->second.find('.') == std::string::npos;
      return fmt::format("{}: expected a {}number from {}; got {}", parts->first, is_whole ? "whole " : "",
                         range_text(range->second), range->first);
    }
  }
  if (const auto parts = parts_at(text, "Could not convert: "); parts && parts->first.empty()) {
    if (const auto value = parts_at(parts->second, " = "))
      return fmt::format("{}: expected a number; got {}", value->first, value->second);
  }
  const auto set = parts_at(text, " not in {");
  const auto value = set ? parts_at(set->first, ": ") : std::nullopt;
  if (!value || !set->second.ends_with('}')) return text;
  const Names choices = io::split(set->second.substr(0, set->second.size() - 1), ',');
  auto near = io::nearest(value->second, choices);
  for (const auto& [other, own] : {std::pair("float64", "double"), std::pair("float32", "float")}) {  // NumPy's names
    if (value->second == other && std::find(choices.begin(), choices.end(), own) != choices.end()) near = own;
  }
  return fmt::format("{}: expected one of {}; got {}{}", value->first, fmt::join(choices, ", "), value->second,
                     near ? fmt::format("; did you mean {}?", *near) : "");
}

}  // namespace

std::string unknown_words(const CLI::App& program, const Names& words) {
  const CommandWords command = words_of_parsed(program);
  if (auto hint = ranks_hint(command, words); !hint.empty()) return hint;
  const auto left = program.remaining(true);
  if (left.empty()) return {};
  if (auto hint = override_hint(command, words); !hint.empty()) return hint;
  const std::string& word = left.front();
  if (word.starts_with('-')) return unknown_option(command, word);
  if (!command.inner.empty()) {
    const CLI::App* innermost = &program;
    while (!innermost->get_subcommands().empty())
      innermost = innermost->get_subcommands().front();
    return unknown_command(*innermost, command, word);
  }
  return unknown_argument(command, word);
}

std::string complaint(const CLI::App& command, const CLI::Error& error) {
  const std::string text = error.what();
  const std::string word = text.substr(0, text.find_first_of(": "));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && text.find("required") != std::string::npos)
    return word + " needs a value";
  if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr) return wrong_value(text);
  if (!command.get_subcommands({}).empty())
    return fmt::format("{} needs one of: {}", command.get_name(), fmt::join(commands_of(command), ", "));
  const CLI::Option* const missing = command.get_option_no_throw(word);
  return missing == nullptr ? text : text + ": " + missing->get_description();
}

}  // namespace tarn::cli
