// A running simulation of a deck's equations.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/start_rates.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/apps/pde/unit_check.hpp"
#include "tarn/core/error.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::pde {

namespace {

template <class Real>
class PdeSimulation : public Simulation {
 public:
  explicit PdeSimulation(const SimulationContext& context)
      : context_(context),
        options_(options_of(context.deck)),
        system_(system_of(context.deck)),
        units_(units_of(context.deck)),
        limits_(system_, options_.scheme, options_.stages),
        evaluator_(context, system_, programs()) {
    limits_.follow_growth(!options_.fixed_step);  // the deck's own step is refused where it is not stable
    const Grid& grid = context.grid;
    const io::Deck& deck = context.deck;
    const auto seed = static_cast<std::uint64_t>(deck.integer("run.seed"));
    const auto initial = grid.make_fields<Real>("tarn::pde::state", system_.field_count());
    for (int field = 0; field < system_.field_count(); ++field) {
      ops::set_from_formula<Real>(context.patch.space(),
                                  start_of(deck, system_.fields[static_cast<std::size_t>(field)]), grid,
                                  grid.interior(), one_of(initial, field), 0, seed, static_cast<std::uint64_t>(field));
    }
    integrator_.emplace(options_.scheme, options_.stages, grid, initial);
  }

  double largest_step() override {
    if (steps_before_look_ > 0) {
      --steps_before_look_;
      return *options_.fixed_step;
    }
    const StepLimit limit = limit_now();
    if (std::isfinite(limit.step)) last_limit_ = limit;
    if (options_.fixed_step) return fixed_step_within(limit);
    if (!(limit.step > 0 && std::isfinite(limit.step))) refuse_what_is_beyond_numbers();
    if (!(limit.step > 0)) throw NumericsError(no_stable_step(limit));
    if (!std::isfinite(limit.step)) throw NumericsError("nothing in the equations limits the step now: give time.dt");
    const double step = options_.share * limit.step;
    if (has_collapsed(context_.deck, step))
      throw NumericsError(fmt::format("the time step has collapsed to {:g}, which {} sets", step, limit.set_by));
    return step;
  }

  void step(double time, double dt) override {
    integrator_->step(*this, time, dt);
    time_ = time + dt;
  }

  /// One stage, for the integrator.
  template <class Combine>
  void set(const char* stage, const Fields<Real>& now, double time, const Fields<Real>& out, const Combine& combine) {
    evaluator_.prepare(rates, now, time);
    const auto timer = context_.regions.time(
        "step", context_.grid.interior().size() * evaluator_.bytes_per_cell(rates, combine.arrays_beside(now.data())));
    evaluator_.store(rates, std::string("tarn::pde::") + stage, now, out, FromNow<Real, Combine>{combine, now});
  }

  std::vector<NamedField> state() const override {
    std::vector<NamedField> named;
    for (int n = 0; n < system_.field_count(); ++n) {
      const std::string& name = system_.fields[static_cast<std::size_t>(n)];
      named.push_back({name, unit_of(name), one_of(integrator_->state(), n)});
    }
    return named;
  }
  /// Computes the rates once, as a stage that takes a step of length 0 to the spare array does: what is NaN or infinite
  /// becomes NaN.
  void look_at_start() override {
    const Fields<Real> now = integrator_->state(), spare = integrator_->spare();
    const auto bad = [&](const Fields<Real>& fields, int field) {
      return ops::first_not_finite<Real>(context_.patch.space(), context_.patch.ranks(), context_.grid,
                                         one_of(fields, field));
    };
    for (int field = 0; field < system_.field_count(); ++field) {
      if (bad(now, field)) return;  // the run says so before its first step
    }
    set("look_at_start", now, 0, spare, ops::Combination<Real, 1, 0, 0>{{Fields<const Real>(now)}, {1}, Real(0)});
    evaluator_.forget();
    io::Problems problems;
    for (const FaceSlot& slot : evaluator_.bad_faces()) {
      const auto [position, key] = written(slot);
      problems.add(position, key, flaw_of(slot) + " at the start");
    }
    problems.throw_if_any();
    for (int field = 0; field < system_.field_count(); ++field) {
      if (const auto cell = bad(spare, field))
        add_bad_rate(
            context_.deck, system_, field,
            {static_cast<int>((*cell)[0]), static_cast<int>((*cell)[1]), static_cast<int>((*cell)[2])},
            [&](int n, const CellNumbers& at) { return value_in(now, n, at); }, problems);
    }
    problems.throw_if_any();
  }

  void restarted(double time) override {
    evaluator_.forget();
    time_ = time;
    steps_before_look_ = steps_between_looks_ = 0;
  }

  std::vector<std::string> remarks() const override {
    auto remarks = limit_text();
    for (auto& remark : evaluator_.remarks())
      remarks.push_back(std::move(remark));
    return remarks;
  }
  std::vector<std::string> explanations() const override {
    std::vector<std::string> all = bad_faces();
    const auto limit = limit_text();
    all.insert(all.end(), limit.begin(), limit.end());
    return all;
  }
  std::vector<std::string> limit_text() const {
    if (!last_limit_) return {};
    return {fmt::format("the largest stable step was {:.4g} when it was last looked at, which {} sets",
                        last_limit_->step, last_limit_->set_by)};
  }

  NamedField output(const std::string& name) override {
    for (std::size_t n = 0; n < system_.outputs.size(); ++n) {
      if (system_.outputs[n].name != name) continue;
      if (shown_.size() == 0) shown_ = context_.grid.make_fields<Real>("tarn::pde::shown", 1);
      const Fields<Real> now = integrator_->state();
      evaluator_.prepare(first_output + n, now, time_);
      evaluator_.store_or_fill(first_output + n, "tarn::pde::output", now, shown_);
      const std::string key = "pde.output." + name;
      look_at_output(key, one_of(shown_, 0));
      return {name, unit_of(name), one_of(shown_, 0), no_numbers_told_.contains(key)};
    }
    return Simulation::output(name);
  }

  /// Columns: the extremes of each field and its integral over the domain, then those of [pde.history].
  std::vector<HistoryValue> history() const override {
    std::vector<HistoryValue> columns;
    for (const NamedField& field : state()) {
      const auto s = ops::statistics<Real>(context_.patch.space(), context_.patch.ranks(), context_.grid,
                                           std::get<Field<Real, 3>>(field.values));
      columns.push_back({field.name + "_minimum", s.minimum});
      columns.push_back({field.name + "_maximum", s.maximum});
      columns.push_back({field.name + "_integral", s.sum * system_.cell_volume()});
    }
    if (system_.history.empty()) return columns;
    evaluator_.prepare(history_numbers, integrator_->state(), time_);
    const auto values = evaluator_.numbers(history_numbers);
    for (std::size_t n = 0; n < values.size(); ++n) {
      const std::string& name = system_.history[n].name;
      columns.push_back({name, values[n]});
      if (!std::isfinite(values[n]))
        tell_no_number("pde.history." + name, std::isnan(values[n]) ? "is NaN" : "is infinite");
    }
    return columns;
  }

 private:
  /// A pass over what is written, as long as nothing was told of it. Collective.
  void look_at_output(const std::string& key, const Field<Real, 3>& values) {
    if (no_numbers_told_.contains(key)) return;
    const auto cell =
        ops::first_not_finite<Real>(context_.patch.space(), context_.patch.ranks(), context_.grid, values);
    if (!cell) return;
    tell_no_number(key, fmt::format("is NaN or infinite in cell ({})",
                                    fmt::join(cell->begin(), cell->begin() + system_.dimensions, ", ")));
  }

  /// Once for each key. No step reads what it is of, so the run goes on. The same on every rank.
  void tell_no_number(const std::string& key, const std::string& what) const {
    if (!no_numbers_told_.insert(key).second || !context_.patch.ranks().is_root()) return;
    context_.observer.warn(fmt::format("{}: {}: {} at time {:g}; the run goes on, and tells this once",
                                       to_string(context_.deck.formula(key).position), key, what, time_));
  }

  /// Where the limit of the step comes from what is no number. Collective.
  void refuse_what_is_beyond_numbers() const {
    auto causes = bad_faces();
    if (causes.empty() && !is_beyond_numbers_) return;
    if (causes.empty()) causes = {"the solution grows without bounds, or leaves what the formulas are made for"};
    throw NumericsError(fmt::format(
        "no step can be chosen: what the equations multiply the fields with, or pde.speed or pde.signals, has become "
        "infinite or NaN; {}",
        fmt::join(causes, "; ")));
  }

  /// What is said of faces that are no numbers now. Collective.
  std::vector<std::string> bad_faces() const {
    std::vector<std::string> all;
    for (const FaceSlot& slot : evaluator_.bad_faces()) {
      const auto [position, key] = written(slot);
      all.push_back(fmt::format("{}: {}{} {} at time {:g}", to_string(position), key,
                                slot.leaves_ghost_unknown ? ":" : "", flaw_of(slot), slot.time));
    }
    return all;
  }

  static std::string flaw_of(const FaceSlot& slot) {
    const std::string face = face_name(slot.axis, slot.side);
    return slot.leaves_ghost_unknown ? says_nothing_beyond + " " + face : "is NaN or infinite on the face " + face;
  }

  /// Where the deck has what a face gives, and the key of it.
  std::pair<io::Position, std::string> written(const FaceSlot& slot) const {
    const io::Deck& deck = context_.deck;
    const std::string name = variable_name(system_, slot.field);
    const auto key = face_key(deck, name, slot.axis, slot.side);
    const auto texts = key ? formulas_at(deck, *key) : std::vector<io::FormulaText>{};
    if (static_cast<std::size_t>(slot.part) >= texts.size() || slot.is_of_solution) {
      const std::string solution = "pde.manufactured." + name;
      return {deck.position(solution), solution};
    }
    if (slot.leaves_ghost_unknown) return {deck.position(*key + ".robin"), *key + ".robin"};
    for (const char* kind : {".value", ".slope", ".robin"}) {
      if (deck.given(*key + kind)) return {texts[static_cast<std::size_t>(slot.part)].position, *key + kind};
    }
    return {deck.position(*key), *key};
  }

  /// The value of a field in a cell of the domain, which is no NaN. Collective.
  double value_in(const Fields<Real>& fields, int field, const CellNumbers& cell) const {
    const Grid& grid = context_.grid;
    Real value = -std::numeric_limits<Real>::infinity();
    std::array<int, 3> own{};
    bool is_here = true;
    for (int axis = 0; axis < 3; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      own[a] = cell[a] - grid.offset(axis);
      is_here = is_here && own[a] >= 0 && own[a] < grid.cells(axis);
      own[a] += grid.ghosts(axis);
    }
    if (is_here) Kokkos::deep_copy(value, Kokkos::subview(fields, field, own[2], own[1], own[0]));
    return context_.patch.ranks().max(static_cast<double>(value));
  }

  /// The deck's step. A look at the limit takes passes over the cells, so the next steps go without.
  double fixed_step_within(const StepLimit& limit) {
    const double step = *options_.fixed_step;
    if (!options_.trusts_step && step > limit.step) {
      io::Problems problems;  // at the start it is the deck's: `check` sees some cells only
      if (steps_between_looks_ == 0 && time_ == 0)
        problems.add(context_.deck.position("time.dt"), "time.dt", step_is_too_long(step, limit));
      problems.throw_if_any();
      throw NumericsError(fmt::format("time.dt = {:g} is now above the largest stable step, {:.4g}, which {} sets",
                                      step, limit.step, limit.set_by));
    }
    steps_between_looks_ = steps_to_next_look(limit.step);
    steps_before_look_ = steps_between_looks_ - 1;
    limit_looked_at_ = limit.step;
    return step;
  }

  /// Many where the deck's step is far below the limit. Close to it few, for what depends on the time may jump; without
  /// the time as many as the limit, if it falls as it did since the last look, takes for a quarter of its way down to
  /// the step.
  int steps_to_next_look(double limit) const {
    constexpr int few = 4, many = 16;
    constexpr double far_below = 0.8, part = 0.25;
    const double step = *options_.fixed_step;
    if (options_.trusts_step || step <= far_below * limit) return many;
    if (steps_between_looks_ == 0 || system_.changes_in_time() || evaluator_.faces_move()) return few;
    const double fall_in_a_step = (limit_looked_at_ - limit) / steps_between_looks_;
    if (!(fall_in_a_step > 0)) return many;
    return static_cast<int>(std::clamp<double>(part * (limit - step) / fall_in_a_step, few, many));
  }

  /// Sets of expressions of the evaluator.
  static constexpr std::size_t history_numbers = 0, moving_numbers = 1, lasting_numbers = 2,
                               rates = Evaluator<Real>::sets_of_numbers, coefficients = rates + 1,
                               first_output = rates + 2;

  /// The least limit among those of cells that differ most. It depends on the state alone, so that a restarted run
  /// takes the same steps.
  StepLimit limit_now() {
    if (!limits_.can_be_looked_at()) return {std::numeric_limits<double>::infinity()};
    if (lasting_limit_) return *lasting_limit_;
    const auto timer = context_.regions.time("largest step");
    // A restarted run knows the time from its checkpoint, this one from a sum: they may differ in the last digit.
    const auto time = static_cast<double>(static_cast<float>(time_));
    const Fields<Real> now = integrator_->state();
    std::vector<std::vector<double>> cells{{}};
    if (!limits_.varying().empty()) {
      evaluator_.prepare(coefficients, now, time);
      cells = evaluator_.extreme_cells(coefficients, now);
      is_beyond_numbers_ = cells.empty();  // nowhere is a coefficient a number
      for (const std::vector<double>& values : cells) {
        is_beyond_numbers_ = is_beyond_numbers_ || std::any_of(values.begin(), values.end(),
                                                               [](double value) { return !std::isfinite(value); });
      }
    }
    const StepLimit limit = limits_.of_cells(cells, numbers_of_limit(now, time));
    const auto last = [&](const std::vector<int>& nodes) {
      return std::all_of(nodes.begin(), nodes.end(), [&](int node) { return is_lasting(system_, node); });
    };
    if (last(limits_.varying()) && last(limits_.numbers())) lasting_limit_ = limit;
    return limit;
  }

  /// Those of the domain that the limit depends on; what lasts is summed once.
  std::vector<double> numbers_of_limit(const Fields<Real>& now, double time) {
    if (limits_.numbers().empty()) return {};
    if (!lasting_values_) {
      evaluator_.prepare(lasting_numbers, now, time);
      lasting_values_ = evaluator_.numbers(lasting_numbers);
    }
    evaluator_.prepare(moving_numbers, now, time);
    const auto moving = evaluator_.numbers(moving_numbers);
    auto next_moving = moving.begin();
    auto next_lasting = lasting_values_->begin();
    std::vector<double> numbers;
    for (const int node : limits_.numbers())
      numbers.push_back(is_lasting(system_, node) ? *next_lasting++ : *next_moving++);
    return numbers;
  }

  std::string unit_of(const std::string& name) const {
    const auto found = units_.find(name);
    return found == units_.end() ? "" : found->second;
  }

  std::vector<std::vector<int>> programs() const {
    std::vector<std::vector<int>> sets(first_output);
    sets[rates] = system_.rates;
    for (const Named& one : system_.history)
      sets[history_numbers].push_back(one.node);
    if (limits_.can_be_looked_at()) {
      sets[coefficients] = limits_.varying();
      for (const int node : limits_.numbers())
        sets[is_lasting(system_, node) ? lasting_numbers : moving_numbers].push_back(node);
    }
    for (const Named& one : system_.outputs)
      sets.push_back({one.node});
    return sets;
  }

  SimulationContext context_;
  Options options_;
  System system_;
  std::map<std::string, std::string> units_;
  StepLimits limits_;
  bool is_beyond_numbers_ = false;  ///< some coefficient of the linearised equations, at the last look
  mutable Evaluator<Real> evaluator_;
  std::optional<ops::Integrator<Real>> integrator_;
  Fields<Real> shown_;
  mutable std::set<std::string> no_numbers_told_;  ///< keys of which was told that they became NaN or infinite
  double time_ = 0;
  std::optional<StepLimit> last_limit_;                ///< when it was last looked at
  std::optional<StepLimit> lasting_limit_;             ///< where nothing that it depends on changes
  std::optional<std::vector<double>> lasting_values_;  ///< of the limit's numbers that never change
  // For a fixed step:
  double limit_looked_at_ = 0;   ///< the limit at the last look
  int steps_between_looks_ = 0;  ///< from the last look to the next; 0: there was none
  int steps_before_look_ = 0;    ///< that are still to be taken before the next
};

}  // namespace

std::unique_ptr<Simulation> make_simulation(const SimulationContext& context) {
  if (context.deck.text("run.precision") == "single") return std::make_unique<PdeSimulation<float>>(context);
  return std::make_unique<PdeSimulation<double>>(context);
}

}  // namespace tarn::apps::pde
