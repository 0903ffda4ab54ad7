// A running simulation of a deck's equations.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/face_flaws.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/start_rates.hpp"
#include "tarn/apps/pde/step_choice.hpp"
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
        steps_(context_, options_, system_, {coefficients, moving_numbers, lasting_numbers, divisors}),
        evaluator_(context, system_, programs()) {
    const Grid& grid = context.grid;
    const io::Deck& deck = context.deck;
    const auto seed = static_cast<std::uint64_t>(deck.integer("run.seed"));
    const auto initial = grid.make_fields<Real>("tarn::pde::state", system_.field_count());
    for (int field = 0; field < system_.field_count(); ++field) {
      ops::set_from_formula<Real>(context.patch.space(),
                                  start_of(deck, system_.fields[static_cast<std::size_t>(field)]), grid,
                                  grid.interior(), one_of(initial, field), 0, seed, static_cast<std::uint64_t>(field));
    }
    integrator_.emplace(options_.scheme, options_.stages, grid, initial, steps_.may_take_back());
  }

  double largest_step() override { return steps_.largest_step(evaluator_, integrator_->state(), time_); }

  void step(double time, double dt) override {
    begins_from_ = integrator_->state().data();
    steps_.begin(evaluator_, integrator_->state(), {time, dt});
    integrator_->step(*this, time, dt);
    time_ = time + dt;
    last_step_ = {time, dt};
  }

  std::optional<double> take_back_if_too_long() override {
    if (!steps_.may_take_back()) {
      steps_.end(evaluator_, integrator_->state());
      return {};
    }
    const auto shorter =
        steps_.shorter_step(evaluator_, integrator_->within_last_step(), integrator_->state(), last_step_);
    if (!shorter) return {};
    integrator_->take_back();
    evaluator_.forget();
    time_ = last_step_.time;
    return shorter;
  }

  /// One stage, for the integrator.
  template <class Combine>
  void set(const char* stage, const Fields<Real>& now, double time, const Fields<Real>& out, const Combine& combine) {
    if (begins_from_ != nullptr && now.data() != begins_from_) steps_.look_within(evaluator_, now, time);
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
      const FaceFlaw flaw = flaw_of(context_.deck, system_, slot);
      problems.add(flaw.position, flaw.key, flaw.text + " at the start");
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
    steps_.forget();
    time_ = time;
  }

  std::vector<std::string> remarks() const override {
    auto remarks = steps_.remarks();
    for (auto& remark : evaluator_.remarks())
      remarks.push_back(std::move(remark));
    return remarks;
  }
  std::vector<std::string> explanations() const override {
    std::vector<std::string> all = face_flaws(context_.deck, system_, evaluator_.bad_faces());
    const auto limit = steps_.limit_text();
    all.insert(all.end(), limit.begin(), limit.end());
    return all;
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

  /// Sets of expressions of the evaluator.
  static constexpr std::size_t history_numbers = 0, moving_numbers = 1, lasting_numbers = 2,
                               rates = Evaluator<Real>::sets_of_numbers, coefficients = rates + 1, divisors = rates + 2,
                               first_output = rates + 3;

  std::string unit_of(const std::string& name) const {
    const auto found = units_.find(name);
    return found == units_.end() ? "" : found->second;
  }

  std::vector<std::vector<int>> programs() const {
    std::vector<std::vector<int>> sets(first_output);
    sets[rates] = system_.rates;
    for (const Named& one : system_.history)
      sets[history_numbers].push_back(one.node);
    steps_.add_expressions(sets);
    for (const Named& one : system_.outputs)
      sets.push_back({one.node});
    return sets;
  }

  SimulationContext context_;
  Options options_;
  System system_;
  std::map<std::string, std::string> units_;
  StepChoice<Real> steps_;
  mutable Evaluator<Real> evaluator_;
  std::optional<ops::Integrator<Real>> integrator_;
  Fields<Real> shown_;
  mutable std::set<std::string> no_numbers_told_;  ///< keys of which was told that they became NaN or infinite
  double time_ = 0;
  PlannedStep last_step_{};
  const Real* begins_from_ = nullptr;  ///< the state at the start of the step that is made; null: there was none
};

}  // namespace

std::unique_ptr<Simulation> make_simulation(const SimulationContext& context) {
  if (context.deck.text("run.precision") == "single") return std::make_unique<PdeSimulation<float>>(context);
  return std::make_unique<PdeSimulation<double>>(context);
}

}  // namespace tarn::apps::pde
