#pragma once

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/step_replay.hpp"
#include "tarn/apps/driver/steps_per_pass.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/memory/out_of_memory.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/integrate/cell_equations.hpp"
#include "tarn/ops/integrate/integrator.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps {

/// A simulation that one of the framework's integrators advances, of equations that give the rate of change of a cell.
///
/// The app derives from it and brings
///
///   void prepare(double time);              // makes ready what rates read beside the fields, such as face values
///   void with_rate(const auto& use) const;  // calls use(rate) with what CellEquations takes
///   int extra_arrays() const;               // that a rate reads beside the fields
///   bool depends_on_time() const;           // optional: whether steps differ by more than state and length; without
///                                           // it they do. See AlikeSteps, whose other promises it gives too
///   static constexpr bool uses(ops::Scheme scheme);  // optional: whether it starts with it; steps of others are not
///                                                    // compiled
///   void begin_step(double time);           // optional: makes ready what stays as it is for a whole step that is
///                                           // not like others
///
/// and in its constructor calls start() with the state at time 0. Where rates say takes_two_steps, an app that steps
/// with Scheme::euler may call make_in_a_pass() too.
template <class App, class Real>
class StagedSimulation : public Simulation, public AlikeSteps {
 public:
  /// @param conditions  of the faces of the domain
  StagedSimulation(const SimulationContext& context, const FaceConditions& conditions,
                   std::vector<FieldDescription> fields)
      : context_(context),
        names_(std::move(fields)),
        conditions_(conditions),
        equations_(context.patch, conditions, static_cast<int>(names_.size()), context.regions),
        replay_(context.patch, context.regions) {}

  void step(double time, double dt) override {
    auto& app = static_cast<App&>(*this);
    app.begin_step(time);
    integrator_->step(app, time, dt);
  }
  void begin_step(double /*time*/) {}  ///< of apps that have nothing to make ready
  bool steps_are_alike() const override {
    if constexpr (requires(const App& app) { app.depends_on_time(); }) {
      return !static_cast<const App&>(*this).depends_on_time();
    } else {
      return false;
    }
  }
  bool together_is_faster() const override { return replay_.replays(); }
  void take_steps(const std::vector<PlannedStep>& steps, double steps_left) override {
    if (steps.size() > 1 && steps_per_pass_.undecided()) decide_steps_per_pass(steps.front(), steps_left);
    const auto pass = [this](const PlannedStep* next, std::size_t count, const double* on_device) {
      if (count == 1) return integrator_->step(static_cast<App&>(*this), next->time, next->dt, on_device);
      integrator_->two_steps(*this, next->time, {next[0].dt, next[1].dt}, on_device);
    };
    replay_.take(steps, {pass, [this]() -> const void* { return fields().data(); },
                         static_cast<std::size_t>(steps_per_pass_.steps())});
    steps_per_pass_.count(steps.size());
  }
  int steps_in_a_pass() const override { return steps_per_pass_.steps(); }
  void do_without_pairs() override { steps_per_pass_.take_single_steps_for_lack_of_memory(); }
  std::vector<std::string> remarks() const override { return steps_per_pass_.remarks(); }
  std::vector<NamedField> state() const override {
    std::vector<NamedField> named;
    for (std::size_t n = 0; n < names_.size(); ++n)
      named.push_back({names_[n].name, names_[n].unit, one_of(fields(), static_cast<int>(n))});
    return named;
  }
  void restarted(double /*time*/) override {
    equations_.forget();
    replay_.forget();
  }

  /// One stage, for the integrator.
  template <class Combine>
  void set(const char* stage, const Fields<Real>& now, double time, const Fields<Real>& out, const Combine& combine) {
    {
      const auto timer = context_.regions.time("boundary and source");
      static_cast<App&>(*this).prepare(time);
    }
    set_prepared(stage, now, time, out, combine);
  }
  /// Two steps at once, for the integrator. They are alike, so nothing is made ready between them.
  /// @throws Error if the app's rate does not say takes_two_steps
  void set_two_steps(const char* name, const Fields<Real>& now, double time, const Fields<Real>& out,
                     const Kokkos::Array<ops::StepWeight<Real>, 2>& lengths) {
    auto& app = static_cast<App&>(*this);
    app.prepare(time);
    const std::string label = "tarn::" + context_.deck.app() + "::" + name;
    app.with_rate([&](const auto& rate) {
      if constexpr (requires { requires std::decay_t<decltype(rate)>::takes_two_steps; }) {
        equations_.set_two_steps(label, rate, now, time, out, lengths, app.extra_arrays());
      } else {
        throw Error(label +
                    ": two steps in one pass over memory are not for this rate, which does not say "
                    "takes_two_steps");
      }
    });
  }

  // For a batch, which advances the state of many such simulations in their place; see members/staged_batch.hpp.

  /// Gives the state at the start away.
  Fields<Real> give_state() {
    const Fields<Real> state = fields();
    integrator_.reset();
    return state;
  }
  /// Looks at a state from now on, ghosts not needed.
  /// @param statistics  of its fields
  void show(const Fields<Real>& state, std::vector<ops::Statistics> statistics = {}) {
    shown_ = state;
    known_ = std::move(statistics);
  }
  ops::Scheme scheme() const { return scheme_; }                    ///< by which the state is to be advanced
  int stages() const { return stages_; }                            ///< of rkl2
  const FaceConditions& conditions() const { return conditions_; }  ///< of the faces of the domain
  GhostCells<Real>& ghosts() { return equations_.ghosts(); }        ///< with what the faces give

 protected:
  /// The state at the start, from the deck's formulas at these keys, one for each field; with ghosts, which faces with
  /// the rule `held` keep.
  Fields<Real> initial_state(const std::vector<std::string>& keys) const {
    const auto initial = make_fields();
    for (std::size_t n = 0; n < keys.size(); ++n) {
      ops::set_from_formula<Real>(space(), formula_of(context_.deck, keys[n], FormulaUse::initial), context_.grid,
                                  context_.grid.whole(), one_of(initial, static_cast<int>(n)), 0,
                                  static_cast<std::uint64_t>(context_.deck.integer("run.seed")), n);
    }
    return initial;
  }
  /// Fields of zeros for the initial state.
  Fields<Real> make_fields() const {
    return context_.grid.make_fields<Real>("tarn::" + context_.deck.app() + "::state", static_cast<int>(names_.size()));
  }
  /// Begins with a state; to be called once. @param initial  (field, k, j, i), ghosts not needed
  void start(ops::Scheme scheme, int stages, const Fields<Real>& initial) {
    scheme_ = scheme;
    stages_ = stages;
    integrator_.emplace(scheme, stages, context_.grid, initial);
  }
  /// Has steps that are handed over together made so many in each pass over memory. For Scheme::euler.
  void make_in_a_pass(const StepsPerPass& steps) { steps_per_pass_ = steps; }
  /// The state as one array.
  const Fields<Real>& fields() const { return integrator_ ? integrator_->state() : shown_; }
  const Space& space() const { return context_.patch.space(); }  ///< the instance that kernels run on
  /// Sets the cells of an array from a formula of x, y, z and t.
  void set_from(const ops::Formula& formula, double time, const Field<Real, 3>& values) const {
    ops::set_from_formula<Real>(space(), formula, context_.grid, context_.grid.interior(), values, time, 0, 0);
  }
  /// Of one field, over the whole domain. Collective.
  ops::Statistics statistics(int field) const {
    if (!known_.empty()) return known_[static_cast<std::size_t>(field)];
    return ops::statistics<Real>(space(), context_.patch.ranks(), context_.grid, one_of(fields(), field));
  }

  /// A stage after prepare().
  template <class Combine>
  void set_prepared(const char* stage, const Fields<Real>& now, double time, const Fields<Real>& out,
                    const Combine& combine) {
    auto& app = static_cast<App&>(*this);
    const std::string label = "tarn::" + context_.deck.app() + "::" + stage;
    app.with_rate([&](const auto& rate) { equations_.set(label, rate, now, time, out, combine, app.extra_arrays()); });
  }

  /// While it lives, the equations count into regions of their own, not the run's.
  class CountedApart {
   public:
    /// @param simulation  must outlive this object
    explicit CountedApart(StagedSimulation& simulation) : simulation_(simulation), regions_(simulation.space()) {
      regions_.sample(false);
      simulation_.equations_.count_in(regions_);
    }
    ~CountedApart() { simulation_.equations_.count_in(simulation_.context_.regions); }
    CountedApart(const CountedApart&) = delete;
    CountedApart& operator=(const CountedApart&) = delete;

   private:
    StagedSimulation& simulation_;
    Regions regions_;
  };

  /// Tries passes of one step and of two, from the state into an array that holds nothing. Collective.
  void decide_steps_per_pass(const PlannedStep& step, double steps_left) {
    const double left_on_all = context_.patch.ranks().min(steps_left);
    if (!StepsPerPass::trial_pays(left_on_all))
      return steps_per_pass_.take_single_steps("too few were left for a trial of two at once to pay");
    if (!fits_two_steps()) return steps_per_pass_.take_single_steps_for_lack_of_memory();
    const auto dt = static_cast<Real>(step.dt);
    const Fields<Real> now = fields(), spare = integrator_->spare();
    {
      const CountedApart counted_apart(*this);
      steps_per_pass_.decide(space(), context_.patch.ranks(), left_on_all, [&](int steps) {
        equations_.forget();
        if (steps == 2) return set_two_steps("trial_of_two_steps", now, step.time, spare, {dt, dt});
        static_cast<App&>(*this).prepare(step.time);  // as a step does, in no region
        set_prepared("trial_of_one_step", now, step.time, spare,
                     ops::Combination<Real, 1, 0, 0>{{Fields<const Real>(now)}, {1}, dt});
      });
    }
    equations_.forget();
    replay_.forget();
    if (steps_per_pass_.steps() == 1) equations_.forget_two_steps();
  }
  /// Whether all ranks have the memory that two steps in a pass need. Collective.
  bool fits_two_steps() {
    std::int64_t fits = 1;
    try {
      equations_.make_ready_for_two_steps(fields());
    } catch (const std::exception& error) {
      if (!is_out_of_memory(error)) throw;
      fits = 0;
    }
    fits = context_.patch.ranks().min(fits);
    if (fits == 0) equations_.forget_two_steps();
    return fits == 1;
  }

  SimulationContext context_;                        ///< what it was made from
  std::vector<FieldDescription> names_;              ///< of the state's fields
  FaceConditions conditions_;                        ///< of the faces of the domain
  ops::CellEquations<Real> equations_;               ///< ghosts and boundary conditions
  std::optional<ops::Integrator<Real>> integrator_;  ///< once start() was called
  Fields<Real> shown_;                               ///< after give_state()
  std::vector<ops::Statistics> known_;               ///< of the fields in shown_, where a batch has them
  ops::Scheme scheme_ = ops::Scheme::euler;          ///< of the integrator
  int stages_ = 0;                                   ///< of the scheme
  StepsPerPass steps_per_pass_;                      ///< of steps that are alike
  StepReplay replay_;                                ///< of them
};

}  // namespace tarn::apps
