#include "tarn/apps/driver/problem.hpp"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::apps {

namespace {

constexpr std::array<const char*, 3> axis_names{"x", "y", "z"};

BoundaryKind kind_of(const std::string& name) {
  if (name == "dirichlet") return BoundaryKind::dirichlet;
  if (name == "neumann") return BoundaryKind::neumann;
  require(name == "periodic", "boundary kind '" + name + "' is declared by an app but not known to the grid");
  return BoundaryKind::periodic;
}

std::map<std::string, std::string> constants_text(const io::Deck& deck) {
  std::map<std::string, std::string> text;
  for (const auto& [name, formula] : deck.constants()) text[name] = formula.text;
  return text;
}

ops::FormulaContext context_of(const io::Deck& deck, FormulaUse use) {
  ops::FormulaContext context;
  const int dimensions = dimensions_of(deck);
  for (int axis = 0; axis < 3; ++axis) {
    if (axis < dimensions) {
      context.variables.push_back(axis_names[axis]);
    } else {
      context.refused[axis_names[axis]] =
          fmt::format("the grid has {} dimension{}", dimensions, dimensions == 1 ? "" : "s");
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

void check_constants(const io::Deck& deck, io::Problems& problems) {
  try {
    ops::evaluate_constants(constants_text(deck));
  } catch (const ops::ConstantError& error) {
    for (const auto& [name, formula] : deck.constants()) {
      if (name == error.constant()) problems.add(formula.at(error.offset()), "constants." + name, error.what());
    }
  }
}

bool constants_work(const io::Deck& deck) {
  io::Problems problems;
  check_constants(deck, problems);
  return problems.empty();
}

void check_ends(const io::Deck& deck, io::Problems& problems) {
  const auto dimensions = static_cast<std::size_t>(dimensions_of(deck));
  for (const char* key : {"grid.lower", "grid.upper"}) {
    if (!deck.given(key) || !deck.valid(key)) continue;
    const auto count = deck.numbers(key).size();
    if (count == dimensions) continue;
    problems.add(deck.position(key), key,
                 fmt::format("{} numbers for a grid of {} dimension{}", count, dimensions, dimensions == 1 ? "" : "s"));
    return;
  }
  if (!deck.valid("grid.lower") || !deck.valid("grid.upper")) return;
  const auto end = [&](const char* key, std::size_t axis, double otherwise) {
    return deck.given(key) ? deck.numbers(key)[axis] : otherwise;
  };
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    const double lower = end("grid.lower", axis, 0), upper = end("grid.upper", axis, 1);
    if (lower < upper) continue;
    problems.add(deck.position(deck.given("grid.upper") ? "grid.upper" : "grid.lower"), "grid.upper",
                 fmt::format("{} is not above the lower end {} of the {} axis", upper, lower, axis_names[axis]));
  }
}

void check_boundaries(const io::Deck& deck, io::Problems& problems) {
  const int dimensions = dimensions_of(deck);
  for (int axis = 0; axis < 3; ++axis) {
    const std::string key = fmt::format("grid.boundary.{}", axis_names[axis]);
    if (!deck.given(key) || !deck.valid(key)) continue;
    const auto kinds = deck.boundary(key);
    if (axis >= dimensions) {
      problems.add(deck.position(key), key, fmt::format("the grid has {} dimension{} and no {} axis", dimensions,
                                                        dimensions == 1 ? "" : "s", axis_names[axis]));
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
  const int dimensions = dimensions_of(deck);
  for (const char* key : {"normal", "at"}) {
    if (dimensions == 3 || !image.given(key)) continue;
    problems.add(image.position(key), image.path() + "." + key,
                 fmt::format("only a 3D grid is cut by a plane; this one has {} dimension{}", dimensions,
                             dimensions == 1 ? "" : "s"));
  }
  if (image.has("minimum") && image.has("maximum") && image.valid("minimum") && image.valid("maximum") &&
      image.number("minimum") >= image.number("maximum")) {
    problems.add(image.position("minimum"), image.path() + ".minimum",
                 fmt::format("{} is not below the maximum {}", image.number("minimum"), image.number("maximum")));
  }
  if (dimensions != 3 || !image.given("at") || !image.valid("at") || !image.valid("normal")) return;
  const Domain domain = domain_of(deck);
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
    const bool plain = !series.empty() && series.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
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
  return deck.has("run.name") ? deck.text("run.name") : std::filesystem::path(deck.file()).stem().string();
}

int dimensions_of(const io::Deck& deck) { return static_cast<int>(deck.integers("grid.cells").size()); }

std::string face_name(int axis, int side) { return std::string(axis_names[axis]) + (side == 0 ? "_lower" : "_upper"); }

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
    domain.periodic[n] = kinds[n][0] == BoundaryKind::periodic;
  }
  return domain;
}

BoundaryKinds boundary_kinds_of(const io::Deck& deck) {
  BoundaryKinds kinds{};
  for (auto& axis : kinds) axis = {BoundaryKind::periodic, BoundaryKind::periodic};
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    const auto names = deck.boundary(fmt::format("grid.boundary.{}", axis_names[axis]));
    for (int side = 0; side < 2; ++side) kinds[axis][side] = kind_of(names[side]);
  }
  return kinds;
}

ops::Formula formula_of(const io::Deck& deck, const std::string& key, FormulaUse use) {
  io::Problems problems;
  check_formula(deck, key, use, problems);
  problems.throw_if_any();
  return ops::Formula(deck.formula(key).text, context_of(deck, use));
}

void check_formula(const io::Deck& deck, const std::string& key, FormulaUse use, io::Problems& problems) {
  if (!deck.has(key) || !deck.valid(key) || !deck.valid("grid.cells") || !constants_work(deck)) return;
  const io::FormulaText formula = deck.formula(key);
  try {
    ops::Formula(formula.text, context_of(deck, use));
  } catch (const ops::FormulaError& error) {
    problems.add(formula.at(error.offset()), key, error.what());
  }
}

void check_common(const io::Deck& deck, io::Problems& problems) {
  check_constants(deck, problems);
  check_time(deck, problems);
  check_series(deck, problems);
  if (!deck.valid("grid.cells")) return;
  const auto before = problems.count();
  check_ends(deck, problems);
  check_boundaries(deck, problems);
  if (problems.count() > before || !deck.valid("grid.lower") || !deck.valid("grid.upper")) return;
  for (const auto& image : deck.tables("image")) check_image(deck, image, problems);
}

}  // namespace tarn::apps
