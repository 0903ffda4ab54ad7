#include "tarn/apps/driver/problem.hpp"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_directory.hpp"
#include "tarn/ops/formula/formula_errors.hpp"

namespace tarn::apps {

namespace {

constexpr std::array<const char*, 3> axis_names{"x", "y", "z"};

std::map<std::string, std::string> constants_text(const io::Deck& deck) {
  std::map<std::string, std::string> text;
  for (const auto& [name, formula] : deck.constants())
    text[name] = formula.text;
  return text;
}

/// The grid's dimensions; where grid.cells is wrong all three, so that nothing is refused for that.
int axes_known_of(const io::Deck& deck) {
  return deck.valid("grid.cells") ? dimensions_of(deck) : 3;
}

ops::FormulaContext context_of(const io::Deck& deck, FormulaUse use) {
  ops::FormulaContext context;
  const int dimensions = axes_known_of(deck);
  for (int axis = 0; axis < 3; ++axis) {
    if (axis < dimensions) {
      context.variables.push_back(axis_names[axis]);
    } else {
      context.refused[axis_names[axis]] = "the grid has " + dimensions_text(dimensions);
    }
  }
  if (use == FormulaUse::of_time) {
    context.variables.push_back("t");
  } else {
    context.refused["t"] = use == FormulaUse::initial ? "an initial value does not change in time"
                                                      : "this quantity does not change in time";
  }
  context.random = use == FormulaUse::initial;
  context.constants = ops::evaluate_constants(constants_text(deck));
  return context;
}

/// The message of a constant's error, without the constant's name: the key tells it.
std::string constant_text(const ops::ConstantError& error) {
  const std::string text = error.what(), prefix = "constant '" + error.constant() + "': ";
  return text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text;
}

bool constants_work(const io::Deck& deck) {
  io::Problems problems;
  check_constants(deck, problems);
  return problems.empty();
}

}  // namespace

std::string run_name_of(const io::Deck& deck) {
  if (deck.has("run.name")) return deck.text("run.name");
  constexpr std::size_t longest = 100;
  std::string name = std::filesystem::path(deck.file()).stem().string().substr(0, longest);
  // A file may have a name that no run can have.
  for (std::size_t n = 0; n < name.size(); ++n) {
    if (!io::run_name_flaw(std::string(n == 0 ? "" : "a") + name[n]).empty()) name[n] = '_';
  }
  return name.empty() ? "run" : name;
}

int dimensions_of(const io::Deck& deck) {
  return static_cast<int>(deck.integers("grid.cells").size());
}

std::string dimensions_text(int dimensions) {
  return fmt::format("{} dimension{}", dimensions, dimensions == 1 ? "" : "s");
}

std::string face_name(int axis, int side) {
  return std::string(axis_names[axis]) + (side == 0 ? "_lower" : "_upper");
}

Domain domain_of(const io::Deck& deck) {
  Domain domain;
  domain.dimensions = dimensions_of(deck);
  const auto cells = deck.integers("grid.cells");
  const auto kinds = boundary_kinds_of(deck);
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const auto n = static_cast<std::size_t>(axis);
    domain.cells[n] = static_cast<int>(cells[n]);
    if (deck.has("grid.lower")) domain.lower[n] = deck.numbers("grid.lower")[n];
    if (deck.has("grid.upper")) domain.upper[n] = deck.numbers("grid.upper")[n];
    domain.periodic[n] = kinds[n][0] == "periodic";
  }
  return domain;
}

double cell_volume(const Grid& grid) {
  double volume = 1;
  for (int axis = 0; axis < grid.dimensions(); ++axis)
    volume *= grid.spacing(axis);
  return volume;
}

std::array<std::array<std::string, 2>, 3> boundary_kinds_of(const io::Deck& deck) {
  std::array<std::array<std::string, 2>, 3> kinds;
  for (auto& axis : kinds)
    axis.fill("periodic");
  for (int axis = 0; axis < dimensions_of(deck); ++axis)
    kinds[axis] = deck.boundary(fmt::format("grid.boundary.{}", axis_names[axis]));
  return kinds;
}

ops::Formula formula_of(const io::Deck& deck, const std::string& key, FormulaUse use) {
  io::Problems problems;
  check_formula(deck, key, use, problems);
  problems.throw_if_any();
  return ops::Formula(deck.formula(key).text, context_of(deck, use));
}

void add_formula_errors(const io::FormulaText& formula, const std::string& key, const ops::FormulaContext& context,
                        const ops::FormulaError& error, io::Problems& problems) {
  const auto errors = ops::formula_errors(formula.text, context);
  for (const ops::FormulaError& one : errors)
    problems.add(formula.at(one.offset()), key, one.what());
  if (errors.empty()) problems.add(formula.at(error.offset()), key, error.what());
}

void check_formula(const io::Deck& deck, const std::string& key, FormulaUse use, io::Problems& problems) {
  if (!deck.has(key) || !deck.valid(key) || !constants_work(deck)) return;
  const io::FormulaText formula = deck.formula(key);
  try {
    ops::Formula(formula.text, context_of(deck, use));
  } catch (const ops::FormulaError& error) {
    add_formula_errors(formula, key, context_of(deck, use), error, problems);
  }
}

std::optional<std::map<std::string, double>> constants_of(const io::Deck& deck) {
  if (!constants_work(deck)) return {};
  return ops::evaluate_constants(constants_text(deck));
}

void check_constants(const io::Deck& deck, io::Problems& problems) {
  std::map<std::string, io::FormulaText> formulas;
  for (const auto& [name, formula] : deck.constants()) {
    formulas[name] = formula;
    if (name != "x" && name != "y" && name != "z" && name != "t") continue;
    problems.add(formula.position, "constants." + name,
                 fmt::format("formulas know '{}' already; choose another name", name));
  }
  // Evaluation ends at the first error, so each wrong constant becomes a sound one, and it begins anew.
  constexpr int most_errors = 20;
  const std::string sound = "1";
  auto text = constants_text(deck);
  for (int errors = 0; errors < most_errors; ++errors) {
    try {
      ops::evaluate_constants(text);
      return;
    } catch (const ops::ConstantError& error) {
      const std::string& name = error.constant();
      problems.add(formulas.at(name).at(error.offset()), "constants." + name, constant_text(error));
      if (text.at(name) == sound) {
        text.erase(name);  // its name is what is wrong
      } else {
        text.at(name) = sound;
      }
    }
  }
}

}  // namespace tarn::apps
