#include "tarn/apps/driver/problem.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "tarn/apps/driver/selection.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/value.hpp"
#include "tarn/io/image/picture.hpp"
#include "tarn/io/store/run_directory.hpp"

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

std::string dimensions_text(int dimensions) {
  return fmt::format("{} dimension{}", dimensions, dimensions == 1 ? "" : "s");
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
std::string message_of(const ops::ConstantError& error) {
  const std::string text = error.what(), prefix = "constant '" + error.constant() + "': ";
  return text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text;
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
      const std::string name = error.constant();
      problems.add(formulas.at(name).at(error.offset()), "constants." + name, message_of(error));
      if (text.at(name) == sound) {
        text.erase(name);  // its name is what is wrong
      } else {
        text.at(name) = sound;
      }
    }
  }
}

/// The directory of a run bears its name.
void check_name(const io::Deck& deck, io::Problems& problems) {
  if (!deck.given("run.name") || !deck.valid("run.name")) return;
  const std::string flaw = io::run_name_flaw(deck.text("run.name"));
  if (!flaw.empty()) problems.add(deck.position("run.name"), "run.name", flaw);
}

/// Cells are counted with 64 bits, and in forecasts as doubles.
bool check_cell_count(const io::Deck& deck, io::Problems& problems) {
  constexpr double most = 9007199254740992.0;  // 2^53
  double cells = 1;
  for (const auto along : deck.integers("grid.cells"))
    cells *= static_cast<double>(along);
  if (cells <= most) return true;
  problems.add(deck.position("grid.cells"), "grid.cells",
               fmt::format("{:.3g} cells in all are more than can be counted: at most {:.3g}", cells, most));
  return false;
}

bool constants_work(const io::Deck& deck) {
  io::Problems problems;
  check_constants(deck, problems);
  return problems.empty();
}

bool ends_are_numbers(const io::Deck& deck) {
  return (!deck.given("grid.lower") || deck.valid("grid.lower")) &&
         (!deck.given("grid.upper") || deck.valid("grid.upper"));
}

/// Cells so small or so large that coordinates or 1/spacing^2 leave double precision.
bool is_representable(double lower, double upper, double cells) {
  const double spacing = (upper - lower) / cells, weight = 1 / (spacing * spacing);
  return std::isfinite(spacing) && std::isfinite(weight) && weight > 0 && lower + spacing > lower &&
         upper - spacing < upper;
}

void check_ends(const io::Deck& deck, io::Problems& problems) {
  const auto dimensions = static_cast<std::size_t>(dimensions_of(deck));
  bool fit = true;
  for (const char* key : {"grid.lower", "grid.upper"}) {
    if (!deck.given(key) || !deck.valid(key)) continue;
    const auto count = deck.numbers(key).size();
    if (count == dimensions) continue;
    problems.add(deck.position(key), key,
                 fmt::format("{} number{} for a grid of {}", count, count == 1 ? "" : "s",
                             dimensions_text(dimensions_of(deck))));
    fit = false;
  }
  if (!fit || !ends_are_numbers(deck)) return;
  const auto end = [&](const char* key, std::size_t axis, double otherwise) {
    return deck.given(key) ? deck.numbers(key)[axis] : otherwise;
  };
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    const double lower = end("grid.lower", axis, 0), upper = end("grid.upper", axis, 1);
    const auto cells = deck.integers("grid.cells")[axis];
    const std::string key = deck.given("grid.upper") ? "grid.upper" : "grid.lower";
    if (lower >= upper) {
      problems.add(deck.position(key), key,
                   fmt::format("the {} axis ends at {}{}, which is not above its lower end {}", axis_names[axis], upper,
                               deck.given("grid.upper") ? "" : " (the default)", lower));
    } else if (!is_representable(lower, upper, static_cast<double>(cells))) {
      problems.add(deck.position(key), key,
                   fmt::format("{} cells between {} and {} along {} are too {} for double precision", cells, lower,
                               upper, axis_names[axis], upper - lower > 1 ? "large" : "small"));
    }
  }
}

void check_boundaries(const io::Deck& deck, io::Problems& problems) {
  const int dimensions = axes_known_of(deck);
  for (int axis = 0; axis < 3; ++axis) {
    const std::string key = fmt::format("grid.boundary.{}", axis_names[axis]);
    if (!deck.given(key) || !deck.valid(key)) continue;
    const auto kinds = deck.boundary(key);
    if (axis >= dimensions) {
      problems.add(deck.position(key), key,
                   fmt::format("the grid has {} and no {} axis", dimensions_text(dimensions), axis_names[axis]));
    } else if ((kinds[0] == "periodic") != (kinds[1] == "periodic")) {
      problems.add(deck.position(key), key, "an axis is periodic at both ends or at neither");
    }
  }
}

void check_time(const io::Deck& deck, io::Problems& problems) {
  if (deck.given("time.dt") && deck.given("time.cfl")) {
    problems.add(deck.position("time.dt"), "time.dt", "a fixed step and time.cfl exclude each other: keep one");
  }
}

void check_image(const io::Deck& deck, const io::DeckTable& image, io::Problems& problems) {
  if (!io::images_available()) {
    problems.add(image.position(), image.path(), "this build draws no pictures: Cairo was not found when it was made");
  }
  const int dimensions = dimensions_of(deck);
  for (const char* key : {"normal", "at"}) {
    if (dimensions == 3 || !image.given(key)) continue;
    problems.add(image.position(key), image.path() + "." + key,
                 "only a 3D grid is cut by a plane; this one has " + dimensions_text(dimensions));
  }
  if (image.has("minimum") && image.has("maximum") && image.valid("minimum") && image.valid("maximum") &&
      image.number("minimum") >= image.number("maximum")) {
    problems.add(image.position("minimum"), image.path() + ".minimum",
                 fmt::format("{} is not below the maximum {}", image.number("minimum"), image.number("maximum")));
  }
}

/// The plane that a picture shows of a 3D grid.
void check_plane(const io::DeckTable& image, const Domain& domain, io::Problems& problems) {
  if (domain.dimensions != 3 || !image.given("at") || !image.valid("at") || !image.valid("normal")) return;
  const int axis = image.text("normal")[0] - 'x';
  const double at = image.number("at");
  if (at < domain.lower[axis] || at > domain.upper[axis]) {
    problems.add(image.position("at"), image.path() + ".at",
                 fmt::format("{} is outside the domain, {} to {} along {}", at, domain.lower[axis], domain.upper[axis],
                             axis_names[axis]));
  }
}

void check_series(const io::Deck& deck, io::Problems& problems) {
  std::map<std::string, std::string> seen;
  for (const auto& output : deck.tables("output")) {
    if (!output.valid("series")) continue;
    const std::string series = output.text("series");
    const bool plain = !series.empty() && series.find_first_not_of(
                                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789_-") == std::string::npos;
    if (!plain) {
      problems.add(output.position("series"), output.path() + ".series",
                   fmt::format("'{}' names files: letters, digits, '_' and '-' only", series));
    } else if (!seen.emplace(series, output.path()).second) {
      problems.add(output.position("series"), output.path() + ".series",
                   fmt::format("'{}' is the series of {} too; two series need two names", series, seen[series]));
    }
  }
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

void check_formula(const io::Deck& deck, const std::string& key, FormulaUse use, io::Problems& problems) {
  if (!deck.has(key) || !deck.valid(key) || !constants_work(deck)) return;
  const io::FormulaText formula = deck.formula(key);
  try {
    ops::Formula(formula.text, context_of(deck, use));
  } catch (const ops::FormulaError& error) {
    problems.add(formula.at(error.offset()), key, error.what());
  }
}

std::optional<std::map<std::string, double>> constants_of(const io::Deck& deck) {
  if (!constants_work(deck)) return {};
  return ops::evaluate_constants(constants_text(deck));
}

void check_run(const io::Deck& deck, io::Problems& problems) {
  check_constants(deck, problems);
  check_name(deck, problems);
}

void check_common(const io::Deck& deck, io::Problems& problems) {
  check_run(deck, problems);
  check_time(deck, problems);
  check_series(deck, problems);
  const auto before = problems.count();
  check_boundaries(deck, problems);
  if (!deck.valid("grid.cells") || !check_cell_count(deck, problems)) return;
  check_ends(deck, problems);
  if (problems.count() > before || !ends_are_numbers(deck)) return;
  for (const auto& image : deck.tables("image"))
    check_image(deck, image, problems);
  for (const char* axis : {"grid.boundary.x", "grid.boundary.y", "grid.boundary.z"}) {
    if (!deck.valid(axis)) return;
  }
  for (const auto& image : deck.tables("image"))
    check_plane(image, domain_of(deck), problems);
  for (const auto& output : deck.tables("output"))
    check_selection(output, domain_of(deck), problems);
}

void check_layers(const io::Deck& deck, const Model& model, io::Problems& problems) {
  const Domain domain = domain_of(deck);
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const int cells = domain.cells[static_cast<std::size_t>(axis)];
    if (cells >= model.ghosts) continue;
    problems.add(
        deck.position("grid.cells"), "grid.cells",
        fmt::format("{} cell{} along {} are too few: what this deck asks for needs at least {} along each axis", cells,
                    cells == 1 ? "" : "s", axis_names[axis], model.ghosts));
  }
}

void check_fields(const io::Deck& deck, const Model& model, io::Problems& problems) {
  std::vector<std::string> names;
  for (const auto* list : {&model.state, &model.outputs}) {
    for (const auto& field : *list)
      names.push_back(field.name);
  }
  const auto look = [&](const io::DeckTable& table, const std::string& key, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      problems.add(table.position(key), table.path() + "." + key, io::not_one_of(name, names));
  };
  for (const auto& output : deck.tables("output")) {
    if (!output.has("fields")) continue;
    for (const auto& name : output.texts("fields"))
      look(output, "fields", name);
  }
  for (const auto& image : deck.tables("image"))
    look(image, "field", image.text("field"));
}

}  // namespace tarn::apps
