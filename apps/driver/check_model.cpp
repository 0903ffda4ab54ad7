#include "tarn/apps/driver/check_model.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/io/deck/value.hpp"

namespace tarn::apps {

namespace {

void check_layers(const io::Deck& deck, const Model& model, io::Problems& problems) {
  const Domain domain = domain_of(deck);
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const int cells = domain.cells[static_cast<std::size_t>(axis)];
    if (cells >= model.ghosts) continue;
    problems.add(
        deck.position("grid.cells"), "grid.cells",
        fmt::format("{} cell{} along {} are too few: what this deck asks for needs at least {} along each axis", cells,
                    cells == 1 ? "" : "s", "xyz"[axis], model.ghosts));
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

const char* key_of_step(const io::Deck& deck) {
  return deck.given("time.dt") ? "time.dt" : "time.end";
}

/// One flaw for a key tells enough.
void check_precision(const io::Deck& deck, const Model& model, io::Problems& problems) {
  std::vector<std::string> told;
  const auto look = [&](const std::string& key, const std::string& what, double value) {
    const bool finite = std::isfinite(value);
    std::string flaw = finite ? "" : "beyond double precision";
    if (finite && is_single(deck)) flaw = flaw_of_factor_in_single(value);
    if (flaw.empty() || std::find(told.begin(), told.end(), key) != told.end()) return;
    told.push_back(key);
    problems.add(deck.position(key), key,
                 fmt::format("{} is {}: {}{}", what, number_text(value), flaw, finite ? double_reaches_farther : ""));
  };
  for (const Coefficient& coefficient : model.coefficients) {
    look(coefficient.key, "the value", coefficient.value);
    look(coefficient.key, coefficient.what, coefficient.factor);
  }
  if (model.forecast.step && std::isfinite(*model.forecast.step))
    look(key_of_step(deck), "the step", *model.forecast.step);
}

/// A coefficient that leaves no step to get anywhere with is what is wrong, whatever step the deck asks for.
void check_coefficients(const io::Deck& deck, const Model& model, io::Problems& problems) {
  if (!model.forecast.limit) return;
  const double limit = *model.forecast.limit, end = deck.number("time.end");
  if (limit > 0 && steps_taken(deck, end / limit) <= most_steps) return;
  for (const Coefficient& coefficient : model.coefficients) {
    if (coefficient.value == 0 || !stands_out(coefficient.value, end, domain_of(deck))) continue;
    problems.add(deck.position(coefficient.key), coefficient.key,
                 fmt::format("with {:g} a stable step is at most {:.3g} on this grid: more than {:g} of them to time "
                             "{:g}",
                             coefficient.value, limit, most_steps, end));
    return;
  }
}

void check_limit(const io::Deck& deck, const Model& model, io::Problems& problems) {
  if (!model.forecast.limit || !deck.given("time.dt")) return;
  const std::string flaw = flaw_of_step(deck, *model.forecast.limit, model.forecast.note);
  if (!flaw.empty()) problems.add(deck.position("time.dt"), "time.dt", flaw);
}

/// Adds it if a deck asks for more steps than can be counted, for steps so short that they do not change the time, or
/// for output so often that rounding blurs when it is due.
void check_steps(const io::Deck& deck, const Model& model, io::Problems& problems) {
  constexpr double most_intervals = 1e8;  // beyond, rounding blurs which multiple of an interval a time is
  if (!model.forecast.step) return;
  const double step = *model.forecast.step, end = deck.number("time.end");
  const double steps = steps_taken(deck, end / step), reached = std::min(end, steps * step);
  const char* key = key_of_step(deck);
  if (!(step > 0 && std::isfinite(end / step) && steps <= most_steps)) {
    problems.add(
        deck.position(key), key,
        fmt::format("steps of at most {:.3g} are too short for the way to time {:.3g}: more than {:g} of them, "
                    "too many to count and to change the time with each",
                    step, end, most_steps));
    return;
  }
  for (const auto& interval : intervals_of(deck)) {
    if (reached / interval.length <= most_intervals) continue;
    problems.add(interval.position, interval.key,
                 fmt::format("{:.3g} comes {:.3g} times to time {:.3g}: at most {:g} times are told apart",
                             interval.length, reached / interval.length, reached, most_intervals));
  }
}

}  // namespace

void check_model(const io::Deck& deck, const Model& model, bool named_fields, io::Problems& problems) {
  check_layers(deck, model, problems);
  if (named_fields) check_fields(deck, model, problems);
  // What is wrong with a coefficient makes the steps wrong too.
  for (const auto check : {check_coefficients, check_limit, check_precision, check_steps}) {
    if (problems.empty()) check(deck, model, problems);
  }
}

bool stands_out(double coefficient, double time, const Domain& domain) {
  const auto decades = [](double value) { return std::abs(std::log10(value)); };
  double most = decades(time);
  for (int axis = 0; axis < domain.dimensions; ++axis)
    most = std::max(most, decades(domain.spacing(axis)));
  return decades(coefficient) >= most;
}

}  // namespace tarn::apps
