#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/ops/formula/formula.hpp"
#include "tarn/ops/portable/portable_math.hpp"
#include "tarn/tests/fuzz/harness.hpp"

namespace tarn::fuzz {

namespace {

constexpr std::size_t longest_message = 1000;

/// An initial value: random, and no time.
ops::FormulaContext initial_context() {
  return {{"x", "y", "z"}, {{"gamma", 1.4}, {"n", -3}, {"big", 1e300}}, true, {{"t", "it does not change in time"}}};
}

ops::FormulaContext context_in_time() {
  return {{"x", "y", "z", "t"}, {{"zero", 0.0}}, false, {}};
}

std::optional<ops::Formula> compiled(std::string_view text, const ops::FormulaContext& context) {
  try {
    return ops::Formula(text, context);
  } catch (const ops::FormulaError& error) {
    expect_clean(error.what(), longest_message);
    expect(error.offset() <= text.size() && error.length() <= text.size() - error.offset(),
           "an error lies in its formula", error.what());
    return std::nullopt;
  }
}

std::uint64_t bits_of(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

std::vector<std::vector<double>> places(std::size_t variables) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> places;
  for (const double first : {0.0, -0.0, 0.3, -2.0, 1e18, 5e-324, -infinite, std::nan("")}) {
    places.emplace_back();
    for (std::size_t n = 0; n < variables; ++n)
      places.back().push_back(n == 0 ? first : 1 - first * static_cast<double>(n));
  }
  return places;
}

void try_in(std::string_view text, const ops::FormulaContext& context) {
  const auto formula = compiled(text, context);
  if (!formula) return;
  expect(formula->text() == text, "a formula knows its text");
  // Parentheses may be one too many for the nesting that is allowed, and nothing else.
  const auto in_parentheses = compiled(fmt::format("({})", text), context);
  const std::uint64_t not_a_number = bits_of(ops::portable::not_a_number);
  for (const auto& place : places(context.variables.size())) {
    const double value = formula->evaluate(place.data());
    expect(value == value || bits_of(value) == not_a_number, "every NaN has the same bits");
    expect(bits_of(formula->evaluate(place.data())) == bits_of(value), "a formula has one value");
    if (formula->is_constant()) expect(bits_of(formula->constant_value()) == bits_of(value), "a constant is one");
    if (in_parentheses) {
      expect(bits_of(in_parentheses->evaluate(place.data())) == bits_of(value), "parentheses change nothing");
    }
  }
}

/// The lines "name = formula". No name has a NUL, at which a message would end.
std::map<std::string, std::string> constants_in(std::string_view text) {
  std::map<std::string, std::string> constants;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    const auto equals = line.find(" = ");
    if (equals != std::string_view::npos && line.find('\0') > equals) {
      constants.emplace(line.substr(0, equals), line.substr(equals + 3));
    }
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return constants;
}

void try_constants(const std::map<std::string, std::string>& constants) {
  if (constants.empty()) return;
  try {
    const auto values = ops::evaluate_constants(constants);
    expect(values.size() == constants.size(), "every constant has a value");
    ops::FormulaContext context;
    context.constants = values;
    for (const auto& [name, value] : values) {
      const ops::Formula formula(name, context);
      expect(bits_of(formula.constant_value()) == bits_of(value), "a constant's name is a formula");
    }
  } catch (const ops::ConstantError& error) {
    expect(constants.contains(error.constant()), "an error names a constant");
    const std::string prefix = "constant '" + error.constant() + "': ";  // names are as long as anyone likes
    expect(std::string_view(error.what()).starts_with(prefix), "a message begins with the constant's name");
    expect_clean(std::string_view(error.what()).substr(prefix.size()), longest_message);
    const auto& text = constants.at(error.constant());
    expect(error.offset() <= text.size() && error.length() <= text.size() - error.offset(),
           "an error lies in its constant's formula");
  }
}

}  // namespace

void try_formula(std::string_view input) {
  try_in(input, initial_context());
  try_in(input, context_in_time());
  try_constants(constants_in(input));
}

}  // namespace tarn::fuzz
