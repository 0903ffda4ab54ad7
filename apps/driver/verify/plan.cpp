#include "tarn/apps/driver/verify/plan.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/verification.hpp"
#include "tarn/io/deck/value.hpp"

namespace tarn::apps {

namespace {

using io::Key;
using io::KeyType;
using Cells = std::array<int, 3>;

/// The deck's grid with so many cells along x, and others in proportion; nothing where they are no whole numbers.
std::optional<Cells> scaled(const io::Deck& deck, std::int64_t along_x) {
  const Domain domain = domain_of(deck);
  Cells cells{1, 1, 1};
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const std::int64_t whole = along_x * domain.cells[axis];
    if (whole % domain.cells[0] != 0) return {};
    cells[axis] = static_cast<int>(whole / domain.cells[0]);
  }
  return cells;
}

/// A quarter, the half and all of the deck's cells, where they are whole numbers and not too few.
std::vector<std::int64_t> ladder_of(const io::Deck& deck) {
  constexpr int fewest = 8;
  if (deck.given("verify.ladder")) return deck.integers("verify.ladder");
  const Domain domain = domain_of(deck);
  const auto divisible = [&](int by) {
    return std::all_of(domain.cells.begin(), domain.cells.begin() + domain.dimensions,
                       [&](int cells) { return cells % by == 0 && cells / by >= fewest; });
  };
  const int all = domain.cells[0];
  if (divisible(4)) return {all / 4, all / 2, all};
  if (divisible(2)) return {all / 2, all};
  return {all, 2 * all};
}

void check_ladder(const io::Deck& deck, io::Problems& problems) {
  const std::string key = "verify.ladder";
  if (!deck.given(key)) return;
  const auto ladder = deck.integers(key);
  for (std::size_t n = 0; n < ladder.size(); ++n) {
    if (n > 0 && ladder[n] <= ladder[n - 1]) {
      problems.add(deck.position(key), key, "each grid must have more cells than the one before");
      return;
    }
    if (scaled(deck, ladder[n])) continue;
    problems.add(deck.position(key), key,
                 fmt::format("with {} cells along x the other axes of grid.cells, in proportion, have no whole "
                             "number of cells",
                             ladder[n]));
  }
}

}  // namespace

io::Table verify_table() {
  return {.name = "verify",
          .meaning = "what `tarn verify` does with the deck; a run does not look at it",
          .keys = {Key{.name = "ladder",
                       .type = KeyType::integers,
                       .meaning = "grids: cells along x, the other axes in proportion",
                       .at_least = 1,
                       .at_most = 1 << 20,
                       .shortest = 2,
                       .longest = 10,
                       .note = "default: a quarter, the half and all of grid.cells"},
                   Key{.name = "order",
                       .type = KeyType::number,
                       .meaning = "the least order with which errors fall",
                       .above = 0,
                       .at_most = 20,
                       .note = "default: four fifths of what the method promises, and 0.5 where it promises nothing"},
                   Key{.name = "steps",
                       .type = KeyType::integer,
                       .meaning = "measures the order in time: equal steps to time.end on grid.cells, so many, and "
                                  "twice, four and eight times as many; default: it is not measured",
                       .at_least = 1,
                       .at_most = 1 << 24},
                   Key{.name = "order_in_time",
                       .type = KeyType::number,
                       .meaning = "the least order in the length of steps, with steps",
                       .above = 0,
                       .at_most = 20,
                       .note = "default: as that of order"},
                   Key{.name = "norms",
                       .type = KeyType::choices,
                       .meaning = "norms of the error that order and largest_error are asked of",
                       .default_text = "[\"l1\"]",
                       .choices = {"l1", "l2", "max"},
                       .shortest = 1},
                   Key{.name = "largest_error",
                       .type = KeyType::number,
                       .meaning = "the largest error on the finest grid, of any field; default: any",
                       .above = 0},
                   Key{.name = "step_power",
                       .type = KeyType::number,
                       .meaning = "time.dt goes with this power of the spacing",
                       .default_text = "2",
                       .at_least = 0,
                       .at_most = 4},
                   Key{.name = "conserved",
                       .type = KeyType::texts,
                       .meaning = "fields, or sums such as \"u + v\", whose integral stays, beside those that the app "
                                  "knows",
                       .default_text = "[]"}}};
}

void check_verify(const io::Deck& deck, const Model& model, io::Problems& problems) {
  check_ladder(deck, problems);
  if (deck.given("verify.order_in_time") && !deck.given("verify.steps"))
    problems.add(deck.position("verify.order_in_time"), "verify.order_in_time", "is measured where steps is given");
  std::vector<std::string> names;
  for (const auto& field : model.state)
    names.push_back(field.name);
  for (const auto& sum : deck.texts("verify.conserved")) {
    for (const auto& term : terms_of(sum)) {
      if (std::find(names.begin(), names.end(), term) != names.end()) continue;
      problems.add(deck.position("verify.conserved"), "verify.conserved", io::not_one_of(term, names));
    }
  }
}

Plan plan_of(const io::Deck& deck) {
  Plan plan;
  for (const std::int64_t cells : ladder_of(deck))
    plan.grids.push_back(*scaled(deck, cells));
  if (deck.given("verify.order")) plan.order = deck.number("verify.order");
  if (deck.given("verify.steps")) plan.steps = deck.integer("verify.steps");
  if (deck.given("verify.order_in_time")) plan.order_in_time = deck.number("verify.order_in_time");
  const auto norms = deck.texts("verify.norms");
  for (std::size_t n = 0; n < all_norms.size(); ++n)
    plan.asked[n] = std::find(norms.begin(), norms.end(), all_norms[n].name) != norms.end();
  if (deck.given("verify.largest_error")) plan.largest_error = deck.number("verify.largest_error");
  const Verification& app = verification_of(deck.app());
  if (app.conserved) plan.conserved = app.conserved(deck);
  for (const auto& sum : deck.texts("verify.conserved")) {
    if (std::find(plan.conserved.begin(), plan.conserved.end(), sum) == plan.conserved.end())
      plan.conserved.push_back(sum);
  }
  return plan;
}

std::vector<std::string> limits_of(const io::Deck& deck) {
  std::vector<std::string> limits;
  for (const char* key : {"time.max_steps", "time.max_walltime"}) {
    if (deck.given(key)) limits.emplace_back(key);
  }
  return limits;
}

std::vector<std::string> overrides_for(const io::Deck& deck, const Cells& cells) {
  const Domain domain = domain_of(deck);
  std::vector<std::string> overrides{
      fmt::format("grid.cells=[{}]", fmt::join(cells.begin(), cells.begin() + domain.dimensions, ", "))};
  if (deck.given("time.dt")) {
    const double coarser = static_cast<double>(domain.cells[0]) / cells[0];
    const double dt = deck.number("time.dt") * std::pow(coarser, deck.number("verify.step_power"));
    overrides.push_back(fmt::format("time.dt={:.17g}", dt));
  }
  for (const auto& limit : limits_of(deck))
    overrides.push_back(limit + "=");
  return overrides;
}

std::vector<std::string> terms_of(const std::string& sum) {
  std::vector<std::string> terms;
  for (std::size_t start = 0; start <= sum.size();) {
    const auto end = std::min(sum.find('+', start), sum.size());
    std::string term = sum.substr(start, end - start);
    term.erase(0, term.find_first_not_of(' '));
    term.erase(term.find_last_not_of(' ') + 1);
    terms.push_back(term);
    start = end + 1;
  }
  return terms;
}

std::string grid_text(const Cells& cells, int dimensions) {
  return fmt::format("{}", fmt::join(cells.begin(), cells.begin() + dimensions, " x "));
}

io::DeckError error_on_grid(const io::Deck& deck, const Cells& cells, const io::DeckError& error) {
  auto problems = error.problems();
  for (auto& problem : problems) {
    const bool is_of_step = problem.position.source.starts_with("--set time.dt=");
    problem.what += fmt::format("; this is on {} cells, a grid that tarn verify takes: verify.ladder chooses others{}",
                                grid_text(cells, dimensions_of(deck)),
                                is_of_step ? ", and verify.step_power how time.dt goes with the spacing" : "");
  }
  return io::DeckError(problems);
}

}  // namespace tarn::apps
