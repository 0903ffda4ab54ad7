#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/selection.hpp"
#include "tarn/io/image/picture.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_directory.hpp"

// What no single key of a deck shows to be wrong.

namespace tarn::apps {

namespace {

/// The grid's dimensions; where grid.cells is wrong all three, so that nothing is refused for that.
int axes_known_of(const io::Deck& deck) {
  return deck.valid("grid.cells") ? dimensions_of(deck) : 3;
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
                   fmt::format("the {} axis ends at {}{}, which is not above its lower end {}", "xyz"[axis], upper,
                               deck.given("grid.upper") ? "" : " (the default)", lower));
    } else if (!is_representable(lower, upper, static_cast<double>(cells))) {
      problems.add(deck.position(key), key,
                   fmt::format("{} cells between {} and {} along {} are too {} for double precision", cells, lower,
                               upper, "xyz"[axis], upper - lower > 1 ? "large" : "small"));
    }
  }
}

void check_boundaries(const io::Deck& deck, io::Problems& problems) {
  const int dimensions = axes_known_of(deck);
  for (int axis = 0; axis < 3; ++axis) {
    const std::string key = fmt::format("grid.boundary.{}", "xyz"[axis]);
    if (!deck.given(key) || !deck.valid(key)) continue;
    const auto kinds = deck.boundary(key);
    if (axis >= dimensions) {
      problems.add(deck.position(key), key,
                   fmt::format("the grid has {} and no {} axis", dimensions_text(dimensions), "xyz"[axis]));
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
  if (image.given("range") && image.has("minimum") && image.has("maximum")) {
    problems.add(image.position("range"), image.path() + ".range",
                 "minimum and maximum are both given, and leave nothing to choose");
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
                             "xyz"[axis]));
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

}  // namespace tarn::apps
