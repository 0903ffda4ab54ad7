#include <fmt/format.h>

#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/value.hpp"

namespace tarn::io {

namespace {

std::string list_text(const Key& key, const char* one, const char* many) {
  const auto low = key.shortest.value_or(0);
  if (key.longest && *key.longest == low) {
    return fmt::format("a list of exactly {} {}", low, low == 1 ? one : many);
  }
  if (key.longest && low > 0) return fmt::format("a list of {} to {} {}", low, *key.longest, many);
  if (key.longest) return fmt::format("a list of at most {} {}", *key.longest, *key.longest == 1 ? one : many);
  if (low > 0) return fmt::format("a list of {} or more {}", low, many);
  return fmt::format("a list of {}", many);
}

}  // namespace

std::string expected_text(const Key& key) {
  const auto choices = comma_list(key.choices);
  switch (key.type) {
    case KeyType::boolean:
      return "true or false";
    case KeyType::integer:
      return "an integer";
    case KeyType::number:
      return "a number";
    case KeyType::text:
      return "text";
    case KeyType::choice:
      return "one of " + choices;
    case KeyType::formula:
      return "a formula in quotes";
    case KeyType::number_or_formula:
      return std::string("a number or a formula in quotes") +
             (key.longest ? fmt::format(", or a list of {} to {} of them", key.shortest.value_or(0), *key.longest)
                          : "");
    case KeyType::duration:
      return "a duration \"HH:MM:SS\" in quotes";
    case KeyType::schedule:
      return "{ steps = 10 }, { time = 0.05 } or { walltime = \"00:10:00\" }";
    case KeyType::boundary:
      return fmt::format("one of {}, or a list [lower, upper] of two of them", choices);
    case KeyType::integers:
      return list_text(key, "integer", "integers");
    case KeyType::numbers:
      return list_text(key, "number", "numbers");
    case KeyType::texts:
      return list_text(key, "text", "texts");
    case KeyType::choices:
      return list_text(key, "name", "names") + " from " + choices;
    case KeyType::formulas:
      return list_text(key, "number or formula in quotes", "numbers or formulas in quotes");
    case KeyType::formula_pairs:
      return list_text(key, "pair of formulas", "pairs of formulas");
  }
  return "";
}

std::string not_one_of(const std::string& given, const std::vector<std::string>& choices) {
  const auto near = nearest(given, choices);
  const auto hint = near ? fmt::format("; did you mean '{}'?", *near) : "";
  return fmt::format("'{}' is not one of {}{}", shortened(given), comma_list(choices), hint);
}

}  // namespace tarn::io
