#include "tarn/apps/driver/verify/proof.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include <Kokkos_Timer.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/verification.hpp"
#include "tarn/apps/driver/verify/ladder.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps {

namespace {

/// Sums over the domain of each field of the state, and the largest root mean square of any.
struct Amounts {
  std::vector<std::string> fields;
  std::vector<double> means, largest;
  double scale = 0;

  double mean_of(const std::string& field) const {
    const auto found = std::find(fields.begin(), fields.end(), field);
    require(found != fields.end(), "an app says that it conserves " + field + ", which its state does not have");
    return means[static_cast<std::size_t>(found - fields.begin())];
  }
};

Amounts amounts_of(const SteppedCase& run) {
  Amounts amounts;
  const auto cells = static_cast<double>(run.grid().domain().size());
  for (const NamedField& field : run.simulation().state()) {
    std::visit(
        [&](const auto& values) {
          using Real = typename std::decay_t<decltype(values)>::non_const_value_type;
          const auto s = ops::statistics<Real>(run.patch().space(), run.patch().ranks(), run.grid(), values);
          amounts.fields.push_back(field.name);
          amounts.means.push_back(s.sum / cells);
          amounts.largest.push_back(std::max(std::abs(s.minimum), std::abs(s.maximum)));
          amounts.scale = std::max(amounts.scale, std::sqrt(s.sum_of_squares / cells));
        },
        field.values);
  }
  return amounts;
}

double rounding_of(const io::Deck& deck) {
  return is_single(deck) ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
}

/// What the rounding of each step may add up to, of a value of size 1: random signs and a margin.
double rounding_after(const io::Deck& deck, int steps) {
  constexpr double margin = 8;
  return margin * rounding_of(deck) * std::sqrt(1.0 + steps);
}

/// What all steps may do to a sum, of values of size 1: a few roundings each, all of one sign.
double drift_allowed(const io::Deck& deck, int steps) {
  constexpr double each = 4, at_least = 16;
  return rounding_of(deck) * (at_least + each * steps);
}

Finding drift_finding(const SteppedCase& run, const std::string& sum, const Amounts& before, const Amounts& after) {
  double drift = 0;
  for (const auto& term : terms_of(sum))
    drift += after.mean_of(term) - before.mean_of(term);
  const double allowed = drift_allowed(run.deck(), run.steps()) * std::max(before.scale, after.scale);
  const bool good = std::abs(drift) <= allowed;
  return {"conservation", sum, good ? Verdict::good : Verdict::bad,
          fmt::format("its mean changes by {:.3g} in {}; rounding may change it by {:.3g}", drift,
                      io::counted(run.steps(), "step"), allowed)};
}

/// What rounding may do to each field. One that is to be 0 has only what is left over of the others.
std::vector<double> rounding_in(const SteppedCase& run, const std::vector<FieldError>& errors, const Amounts& amounts) {
  std::vector<double> rounding;
  for (const FieldError& error : errors) {
    const auto at = std::find(amounts.fields.begin(), amounts.fields.end(), error.field) - amounts.fields.begin();
    const double largest = error.largest > 0 ? amounts.largest.at(static_cast<std::size_t>(at))
                                             : *std::max_element(amounts.largest.begin(), amounts.largest.end());
    rounding.push_back(rounding_after(run.deck(), run.steps()) * largest);
  }
  return rounding;
}

/// @throws io::DeckError that names the grid, if the deck is not sound on it
std::string deck_on(const Problem& problem, const std::array<int, 3>& cells, const io::Deck& deck) {
  auto overrides = problem.overrides;
  for (auto& override : overrides_for(deck, cells))
    overrides.push_back(std::move(override));
  try {
    return parse_case(problem.text, problem.source, overrides)->deck().text();
  } catch (const io::DeckError& error) {
    if (cells == domain_of(deck).cells) throw;
    throw error_on_grid(deck, cells, error);
  }
}

/// One grid of the ladder.
/// @param[out] findings  of conserved sums
GridErrors run_on(const Runtime& runtime, const std::string& deck_text, const Proof& proof,
                  const std::array<int, 3>& cells, std::vector<Finding>& findings, Observer& observer) try {
  SteppedCase run(runtime, deck_text, observer);
  const Amounts before = amounts_of(run);
  const Kokkos::Timer clock;
  run.advance(run.deck().number("time.end"));
  runtime.space().fence();
  GridErrors result{cells, run.steps(), clock.seconds(), run.errors(), {}, static_cast<double>(cells[0])};
  const Amounts after = amounts_of(run);
  result.rounding = rounding_in(run, result.errors, after);
  for (const auto& sum : proof.plan.conserved)
    findings.push_back(drift_finding(run, sum, before, after));
  return result;
} catch (const NumericsError& error) {
  throw NumericsError(fmt::format("on {} cells: {}", grid_text(cells, proof.dimensions), error.what()));
}

/// The deck's own grid, with twice as many steps each time: what the grid makes wrong is in all results alike, so that
/// what two differ by is of the steps.
void climb_in_time(const Runtime& runtime, const std::string& deck_text, Proof& proof, const Teller& tell,
                   Observer& observer) {
  constexpr std::int64_t most_times = 8;
  std::unique_ptr<SteppedCase> before;
  double seconds = 0;
  for (std::int64_t steps = proof.plan.steps; steps <= most_times * proof.plan.steps; steps *= 2) {
    tell(io::counted(steps, "step"));
    auto run = std::make_unique<SteppedCase>(runtime, deck_text, observer);
    const Kokkos::Timer clock;
    run->advance(proof.end, static_cast<int>(steps));
    runtime.space().fence();
    if (before) {
      auto apart = differences(run->patch(), before->simulation(), run->simulation());
      auto rounding = rounding_in(*run, apart, amounts_of(*run));
      proof.halvings.push_back({run->grid().domain().cells, before->steps(), seconds, std::move(apart),
                                std::move(rounding), static_cast<double>(before->steps())});
    }
    seconds = clock.seconds();
    before = std::move(run);
  }
}

std::string errors_text(const std::vector<GridErrors>& rungs, std::size_t field, double ErrorNorms::*norm) {
  std::vector<std::string> texts;
  for (const GridErrors& rung : rungs)
    texts.push_back(fmt::format("{:.3g}", rung.errors[field].norms.*norm));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// A size, and an error.
using SizedError = std::pair<double, double>;

std::vector<SizedError> errors_above_rounding(const std::vector<GridErrors>& rungs, std::size_t field,
                                              double ErrorNorms::*norm) {
  std::vector<SizedError> errors;
  for (const GridErrors& rung : rungs) {
    const double error = rung.errors[field].norms.*norm;
    if (error > rung.rounding[field]) errors.emplace_back(rung.size, error);
  }
  return errors;
}

/// NaN of fewer than two.
double order_from(const std::vector<SizedError>& all) {
  if (all.size() < 2) return std::nan("");
  std::vector<double> sizes, errors;
  for (const auto& [size, error] : all) {
    sizes.push_back(size);
    errors.push_back(error);
  }
  return fitted_order(sizes, errors);
}

/// The order that the deck asks for; else a part of what the app's method promises, for a ladder may begin with grids
/// or steps that are still too coarse for it.
LeastOrder least_of(const std::optional<double>& asked, const std::optional<double>& promised) {
  constexpr double part = 0.8, goes_to_zero = 0.5;
  if (asked) return {*asked, {}};
  if (!promised) return {goes_to_zero, {}};
  return {std::max(0., part * *promised), promised};  // nothing is asked for where all grids have the same steps
}

/// The order on the ladder of grids. Steps that get shorter less than cells do let the error in time fall more slowly.
std::optional<double> promised_on_grids(const Orders& orders, const Proof& proof) {
  if (!orders.space || !orders.time) return orders.space;
  std::vector<double> cells, lengths;
  for (const GridErrors& grid : proof.grids) {
    cells.push_back(grid.cells[0]);
    lengths.push_back(1. / std::max(1, grid.steps));
  }
  return std::min(*orders.space, *orders.time * fitted_order(cells, lengths));
}

std::string order_text(const LeastOrder& least, double order, double last) {
  const std::string text =
      last == order ? fmt::format("{:.2f}, at least {:.3g} is expected", order, least.value)
                    : fmt::format("{:.2f}, {:.2f} between the last two; at least {:.3g} and {:.3g} are expected", order,
                                  last, least.value, least.at_end());
  return least.promised > least.value ? fmt::format("{} of a method of order {:.2g}", text, *least.promised) : text;
}

/// @param what  "order" or "order in time"
Finding order_finding(const char* what, const std::vector<GridErrors>& rungs, const LeastOrder& least,
                      std::size_t field, const Norm& norm) {
  const std::string of = rungs.front().errors[field].field + " " + norm.shown;
  const std::string errors = errors_text(rungs, field, norm.value);
  const bool numbers = std::none_of(rungs.begin(), rungs.end(), [&](const GridErrors& rung) {
    return !std::isfinite(rung.errors[field].norms.*norm.value);
  });
  const double order = order_above_rounding(rungs, field, norm.value);
  const double last = last_order_above_rounding(rungs, field, norm.value);
  if (!numbers) return {what, of, Verdict::bad, "errors " + errors + " are no numbers"};
  if (std::isnan(order)) return {what, of, Verdict::good, "errors " + errors + " are those of rounding"};
  return {what, of, order >= least.value && last >= least.at_end() ? Verdict::good : Verdict::bad,
          order_text(least, order, last) + "; errors " + errors};
}

void judge_error(Proof& proof, std::size_t field, const Norm& norm) {
  if (!proof.plan.largest_error) return;
  const std::string of = proof.exact[field].field + " " + norm.shown;
  const double error = proof.grids.back().errors[field].norms.*norm.value;
  const double allowed = std::max(*proof.plan.largest_error, proof.grids.back().rounding[field]);
  proof.findings.push_back({"error", of, error <= allowed ? Verdict::good : Verdict::bad,
                            fmt::format("{:.3g} on the finest grid; at most {:.3g} is allowed", error, allowed)});
}

void judge(Proof& proof) {
  for (std::size_t field = 0; field < proof.exact.size(); ++field) {
    for (std::size_t n = 0; n < all_norms.size(); ++n) {
      if (!proof.plan.asked[n]) continue;
      proof.findings.push_back(order_finding("order", proof.grids, proof.least, field, all_norms[n]));
      judge_error(proof, field, all_norms[n]);
    }
  }
}

void judge_in_time(Proof& proof) {
  for (std::size_t field = 0; field < proof.halvings.front().errors.size(); ++field) {
    for (std::size_t n = 0; n < all_norms.size(); ++n) {
      if (!proof.plan.asked[n]) continue;
      proof.findings.push_back(
          order_finding("order in time", proof.halvings, proof.least_in_time, field, all_norms[n]));
    }
  }
}

}  // namespace

const char* name_of(Verdict verdict) {
  return verdict == Verdict::good ? "good" : verdict == Verdict::bad ? "bad" : "skipped";
}

bool Proof::good() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& f) { return f.verdict == Verdict::bad; });
}

double order_above_rounding(const std::vector<GridErrors>& rungs, std::size_t field, double ErrorNorms::*norm) {
  return order_from(errors_above_rounding(rungs, field, norm));
}

double last_order_above_rounding(const std::vector<GridErrors>& rungs, std::size_t field, double ErrorNorms::*norm) {
  auto errors = errors_above_rounding(rungs, field, norm);
  if (errors.size() > 2) errors.erase(errors.begin(), errors.end() - 2);
  return order_from(errors);
}

Proof prove(const Runtime& runtime, const Problem& problem, const Teller& tell, Observer& observer) {
  const Kokkos::Timer clock;
  const auto made = parse_case(problem.text, problem.source, problem.overrides);
  const Model& model = as_simulation(*made).model();
  const io::Deck& deck = made->deck();
  Proof proof;
  proof.app = deck.app();
  proof.name = run_name_of(deck);
  proof.precision = deck.text("run.precision");
  proof.end = deck.number("time.end");
  proof.dimensions = dimensions_of(deck);
  proof.plan = plan_of(deck);
  proof.exact = model.exact;
  const Verification& app = verification_of(deck.app());
  const Orders orders = app.orders ? app.orders(deck) : Orders{};
  if (proof.exact.empty()) {
    const auto text = short_deck(runtime, problem);
    tell("no exact solution: a short run");
    proof.grids.push_back(run_on(runtime, text, proof, proof.plan.grids.front(), proof.findings, observer));
  } else {
    for (const auto& cells : proof.plan.grids) {
      tell(grid_text(cells, proof.dimensions));
      std::vector<Finding> of_grid;
      proof.grids.push_back(run_on(runtime, deck_on(problem, cells, deck), proof, cells, of_grid, observer));
      if (&cells == &proof.plan.grids.back()) proof.findings = std::move(of_grid);
    }
    proof.least = least_of(proof.plan.order, promised_on_grids(orders, proof));
    judge(proof);
  }
  if (proof.plan.steps > 0) {
    proof.least_in_time = least_of(proof.plan.order_in_time, orders.time);
    try {
      climb_in_time(runtime, deck_on(problem, domain_of(deck).cells, deck), proof, tell, observer);
      judge_in_time(proof);
    } catch (const NumericsError& error) {  // steps that are too long
      proof.halvings.clear();
      proof.findings.push_back({"order in time", "", Verdict::bad, error.what()});
    }
  }
  for (const auto& key : limits_of(deck))
    proof.findings.push_back({"limit", key, Verdict::skipped, "verify goes to time.end, where results are compared"});
  proof.seconds = clock.seconds();
  return proof;
}

void check_grids(const Problem& problem) {
  const auto made = parse_case(problem.text, problem.source, problem.overrides);
  const bool is_ladder = !as_simulation(*made).model().exact.empty();
  for (const auto& cells : plan_of(made->deck()).grids) {
    deck_on(problem, cells, made->deck());
    if (!is_ladder) return;
  }
}

std::string grid_deck(const Problem& problem) {
  const auto made = parse_case(problem.text, problem.source, problem.overrides);
  as_simulation(*made);
  return deck_on(problem, plan_of(made->deck()).grids.front(), made->deck());
}

std::string short_deck(const Runtime& runtime, const Problem& problem) {
  constexpr double most_steps = 40;
  const std::string text = grid_deck(problem);
  SteppedCase start(runtime, text);
  const double end = start.deck().number("time.end"), soon = most_steps * start.simulation().largest_step();
  if (!(soon < end)) return text;
  return parse_case(text, problem.source, {fmt::format("time.end={:.17g}", soon)})->deck().text();
}

}  // namespace tarn::apps
