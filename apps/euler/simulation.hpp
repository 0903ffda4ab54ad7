#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/euler/bad_state.hpp"
#include "tarn/apps/euler/boundary.hpp"
#include "tarn/apps/euler/cell_kernels.hpp"
#include "tarn/apps/euler/cell_stage.hpp"
#include "tarn/apps/euler/derived.hpp"
#include "tarn/apps/euler/euler.hpp"
#include "tarn/apps/euler/gpu_stage.hpp"
#include "tarn/apps/euler/stage.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/reduce_cells.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::euler {

/// How often the fallbacks of positivity.hpp were needed, over the domain and all stages since the process began.
struct Fallbacks {
  std::int64_t sides = 0;   ///< ends of cells where the average took the place of an unsound reconstructed state
  std::int64_t cells = 0;   ///< done once more in first order
  std::int64_t raised = 0;  ///< to the deck's floors
};

/// Compressible flow of an ideal gas by finite volumes: reconstruction of primitive quantities, an approximate Riemann
/// solver, and a strong stability preserving Runge-Kutta method (C.-W. Shu and S. Osher, J. Comput. Phys. 77 (1988)
/// 439-471).
///
/// A step first runs as if nothing could go wrong. If it comes out with unsound cells it is done again from its start,
/// with care. So the start of a step is never written over, and an ordinary step pays nothing.
template <class Real, int Dim>
class Euler : public Simulation {
 public:
  explicit Euler(const SimulationContext& context);

  double largest_step() override;
  void step(double time, double dt) override;
  std::vector<NamedField> state() const override;
  void restarted(double time) override;
  NamedField output(const std::string& name) override;
  std::vector<HistoryValue> history() const override;

  const Fallbacks& fallbacks() const { return fallbacks_; }

 private:
  struct Stage {
    StageWeights weights;
    Fields<Real> now, out;
    double time;
  };

  void set_initial();
  std::vector<Stage> stages(double time, double dt) const;
  Found run(const Stage& stage);
  Found compute(const Stage& stage, const CellRange& box);
  void run_with_care(const Stage& stage);
  Found look(const Fields<Real>& u) const;
  Found counted_on_gpu(const Fields<Real>& out);
  NamedField derived(const DerivedField& field) const;
  Found together(const Found& found) const;
  [[noreturn]] void fail(const Fields<Real>& u, double fastest, const std::string& what);
  RoundedWeights<Real, Dim> rounded(const StageWeights& weights) const;

  const Space& space() const { return context_.patch.space(); }
  const Communicator& ranks() const { return context_.patch.ranks(); }

  SimulationContext context_;
  Options options_;
  std::vector<FieldDescription> names_;
  Boundary<Real, Dim> boundary_;
  GhostCells<Real> ghosts_;
  Scheme<Real, Dim> scheme_;
  Fields<Real> u_, v_, w_;  ///< the state, and what stages write
  double time_ = 0;  ///< of the state
  double fixed_step_ = 0;
  Found found_;  ///< in the state
  Fallbacks fallbacks_;
  DeviceCounts counts_{"tarn::euler::counts", 2};
  Field<Real, 3> marks_;
  std::optional<GhostCells<Real>> mark_ghosts_;
};

template <class Real, int Dim>
Euler<Real, Dim>::Euler(const SimulationContext& context)
    : context_(context),
      options_(options_of(context.deck)),
      names_(state_fields(Dim, options_.scalars)),
      boundary_(context, options_),
      ghosts_(context.patch, boundary_.conditions(), static_cast<int>(names_.size())) {
  ghosts_.set_own([this](const auto& u, const GhostFace& face, double time) { boundary_.fill(u, face, time); });
  scheme_ = {.reconstruction = options_.reconstruction,
             .riemann = options_.riemann,
             .scalars = static_cast<int>(options_.scalars.size()),
             .look = {Gas<Real>::of(options_.gamma),
                      {},
                      static_cast<Real>(options_.least_density),
                      static_cast<Real>(options_.least_pressure)},
             .walls = boundary_.walls(),
             .heavy = false};
  for (int axis = 0; axis < Dim; ++axis) {
    scheme_.look.per_spacing[axis] = static_cast<Real>(1 / context.grid.spacing(axis));
    scheme_.heavy = scheme_.heavy || options_.gravity[axis] != 0;
  }
  if (context.deck.given("time.dt")) fixed_step_ = context.deck.number("time.dt");
  set_initial();
}

template <class Real, int Dim>
void Euler<Real, Dim>::set_initial() {
  const io::Deck& deck = context_.deck;
  const Grid& grid = context_.grid;
  const auto seed = static_cast<std::uint64_t>(deck.integer("run.seed"));
  const auto make = [&] {
    return grid.template make_fields<Real>("tarn::euler::state", static_cast<int>(names_.size()));
  };
  u_ = make();
  int n = 0;
  for (const std::string& name : primitive_names(Dim, options_.scalars)) {
    const auto formula = formula_of(deck, "euler.initial." + name, FormulaUse::initial);
    ops::set_from_formula<Real>(space(), formula, grid, grid.whole(), one_of(u_, n), 0, seed,
                                static_cast<std::uint64_t>(n));
    ++n;
  }
  for_each_cell("tarn::euler::make_conserved", space(), grid.whole(),
                MakeConserved<Real, Dim>{scheme_.look.gas, u_, grid.interior()});
  for (Fields<Real>* other : {&v_, &w_}) {
    *other = make();
    Kokkos::deep_copy(space(), *other, u_);  // with the ghosts of an inflow
  }
  restarted(0);
}

/// Also for the initial state.
template <class Real, int Dim>
void Euler<Real, Dim>::restarted(double time) {
  time_ = time;
  found_ = together(look(u_));
  if (found_.unsound > 0) fail(u_, 0, "the state to begin with is not sound");
}

template <class Real, int Dim>
double Euler<Real, Dim>::largest_step() {
  const double limit = 1 / found_.fastest;
  if (fixed_step_ > limit) {
    fail(u_, found_.fastest,
         fmt::format("time.dt = {:g} is beyond the stability limit {:.6g}, which this cell sets", fixed_step_, limit));
  }
  const double step = fixed_step_ > 0 ? fixed_step_ : context_.deck.number("time.cfl") * limit;
  constexpr double most_steps = 1e12;
  if (!(step > context_.deck.number("time.end") / most_steps))
    fail(u_, found_.fastest, fmt::format("the time step has collapsed to {:g}", step));
  return step;
}

template <class Real, int Dim>
auto Euler<Real, Dim>::stages(double time, double dt) const -> std::vector<Stage> {
  if (options_.stages == 2) {
    return {{{0, 1, dt}, u_, v_, time}, {{0.5, 0.5, 0.5 * dt}, v_, w_, time + dt}};
  }
  return {{{0, 1, dt}, u_, v_, time},
          {{0.75, 0.25, 0.25 * dt}, v_, w_, time + dt},
          {{1.0 / 3, 2.0 / 3, 2.0 / 3 * dt}, w_, v_, time + 0.5 * dt}};
}

template <class Real, int Dim>
void Euler<Real, Dim>::step(double time, double dt) {
  const auto plan = stages(time, dt);
  Found found;
  for (const Stage& stage : plan) {
    const Found in_stage = run(stage);
    found = {in_stage.fastest, found.unsound + in_stage.unsound, found.unsound_sides + in_stage.unsound_sides};
  }
  found += counted_on_gpu(plan.back().out);
  found = together(found);
  if (found.unsound == 0) {
    fallbacks_.sides += found.unsound_sides;
  } else {
    for (const Stage& stage : plan)
      run_with_care(stage);
    found = together(look(plan.back().out));
  }
  found_ = found;
  time_ = time + dt;
  std::swap(u_, plan.back().out.data() == v_.data() ? v_ : w_);
}

/// A GPU's stages count on the device, so that nothing waits for them: the counts come at the end of a step, and what
/// is fastest in it.
template <class Real, int Dim>
Found Euler<Real, Dim>::counted_on_gpu(const Fields<Real>& out) {
  if constexpr (tarn::detail::space_is_gpu) {
    Found found = look(out);
    const auto counts = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, counts_);
    Kokkos::deep_copy(space(), counts_, std::int64_t{0});
    found.unsound += counts(0);
    found.unsound_sides += counts(1);
    return found;
  } else {
    return {};
  }
}

/// One stage, with the halo exchange behind the cells inside.
template <class Real, int Dim>
Found Euler<Real, Dim>::run(const Stage& stage) {
  const Patch& patch = context_.patch;
  {
    const auto timer = context_.regions.time("halo", ghosts_.bytes_per_fill());
    ghosts_.start(stage.now, stage.time, false);
  }
  const bool cut = patch.is_cut();
  const int width = width_of(options_.reconstruction);
  Found found;
  if (cut) found += compute(stage, patch.inner(width));
  {
    const auto timer = context_.regions.time("halo");
    ghosts_.finish(stage.now, stage.time, false);
  }
  if (!cut) return compute(stage, context_.grid.interior());
  for (const CellRange& box : patch.rim(width))
    found += compute(stage, box);
  return found;
}

template <class Real, int Dim>
Found Euler<Real, Dim>::compute(const Stage& stage, const CellRange& box) {
  if (box.empty()) return {};
  const int streams = stage.weights.start == 0 ? 2 : 3;
  const auto timer = context_.regions.time("step", streams * box.size() * static_cast<std::int64_t>(names_.size()) *
                                                       static_cast<std::int64_t>(sizeof(Real)));
  const StageFields<Real> fields{u_, stage.now, stage.out};
  if constexpr (tarn::detail::space_is_gpu) {
    stage_on_gpu<Real, Dim>(space(), scheme_, rounded(stage.weights), fields, box, counts_);
    return {};
  } else {
    return stage_on_host<Real, Dim>(scheme_, rounded(stage.weights), fields, box);
  }
}

/// One stage; cells that come out unsound are done once more in first order, with their neighbours.
template <class Real, int Dim>
void Euler<Real, Dim>::run_with_care(const Stage& stage) {
  const CellRange box = context_.grid.interior();
  Found found = run(stage);
  found += counted_on_gpu(stage.out);
  fallbacks_.sides += together(found).unsound_sides;
  const auto timer = context_.regions.time("fallback");
  if (!mark_ghosts_) {
    marks_ = context_.grid.template make_field<Real>("tarn::euler::marks");
    mark_ghosts_.emplace(context_.patch, same_conditions({FaceRule::mirror}));
  }
  Kokkos::deep_copy(space(), marks_, Real(0));
  const Fields<const Real> out = stage.out;
  const auto count = [&](const char* label, const auto& body) {
    return ranks().sum(ops::reduce_cells<std::int64_t>(label, space(), box, body));
  };
  const CellStage<Real, Dim, AnyReconstruction, Marks<Real>> again{
      scheme_,
      rounded(stage.weights),
      {u_, stage.now, stage.out},
      {options_.reconstruction, width_of(options_.reconstruction)},
      {marks_}};
  std::int64_t marked = 0;
  while (const auto more = count("tarn::euler::mark", MarkUnsound<Real, Dim>{scheme_.look, out, marks_})) {
    marked += more;
    mark_ghosts_->fill(marks_);
    for_each_cell("tarn::euler::first_order", space(), box, again);
  }
  fallbacks_.cells += marked;
  if (marked == 0) return;
  if (options_.least_density > 0 || options_.least_pressure > 0)
    fallbacks_.raised += count("tarn::euler::raise", RaiseToFloors<Real, Dim>{scheme_.look, stage.out});
  if (together(look(stage.out)).unsound > 0)
    fail(stage.out, 0,
         fmt::format("a stage at time {:g} gave a state that is not sound, in first order too", stage.time));
}

template <class Real, int Dim>
RoundedWeights<Real, Dim> Euler<Real, Dim>::rounded(const StageWeights& weights) const {
  RoundedWeights<Real, Dim> w;
  w.start = static_cast<Real>(weights.start);
  w.now = 1 - w.start;  // so that both sum up to exactly 1
  for (int axis = 0; axis < Dim; ++axis) {
    w.per_length[axis] = static_cast<Real>(weights.rate / context_.grid.spacing(axis));
    w.push[axis] = static_cast<Real>(weights.rate * options_.gravity[axis]);
  }
  return w;
}

template <class Real, int Dim>
Found Euler<Real, Dim>::look(const Fields<Real>& u) const {
  return ops::reduce_cells<Found>("tarn::euler::look", space(), context_.grid.interior(),
                                  LookAtCells<Real, Dim>{scheme_.look, u});
}

template <class Real, int Dim>
Found Euler<Real, Dim>::together(const Found& found) const {
  std::int64_t counts[2] = {found.unsound, found.unsound_sides};
  ranks().sum(counts, 2);
  return {ranks().max(found.fastest), counts[0], counts[1]};
}

/// Throws on every rank, with the first cell that is unsound, or the first with so fast signals.
template <class Real, int Dim>
void Euler<Real, Dim>::fail(const Fields<Real>& u, double fastest, const std::string& what) {
  const CellNumbers numbers(context_.grid);
  const FindCell<Real, Dim> find{scheme_.look, u, numbers, static_cast<Real>(fastest)};
  const auto here = ops::reduce_cells<FirstCell>("tarn::euler::find", space(), context_.grid.interior(), find).number;
  const auto first = ranks().min(here);
  ghosts_.fill(u, time_);  // cells of other ranks may be beside the one that is told of
  ranks().agree([&] {
    if (here != first || first == FirstCell::none) return;
    const auto text = [&](const Fields<Real>& state) {
      return describe_cell<Real, Dim>(context_.grid, scheme_.look.gas, state, first);
    };
    const std::string before = u.data() == u_.data() ? "" : "; before the step" + text(u_);
    throw NumericsError(what + text(u) + before);
  });
  throw NumericsError(what);
}

template <class Real, int Dim>
std::vector<NamedField> Euler<Real, Dim>::state() const {
  std::vector<NamedField> named;
  for (std::size_t n = 0; n < names_.size(); ++n)
    named.push_back({names_[n].name, names_[n].unit, one_of(u_, static_cast<int>(n))});
  return named;
}

template <class Real, int Dim>
NamedField Euler<Real, Dim>::output(const std::string& name) {
  for (const NamedField& field : state()) {
    if (field.name == name) return field;
  }
  const auto field = derived_field(name, Dim, options_.scalars);
  if (field.differs) ghosts_.fill(u_, time_);
  return derived(field);
}

/// In an array that holds nothing between steps.
template <class Real, int Dim>
NamedField Euler<Real, Dim>::derived(const DerivedField& field) const {
  const auto values = one_of(w_, 0);
  for_each_cell("tarn::euler::output", space(), context_.grid.interior(),
                Derived<Real, Dim>(context_.patch, field, scheme_.look.gas, u_, values));
  return {field.description.name, field.description.unit, values};
}

/// Columns: integrals over the domain, extremes, and how often fallbacks were needed.
template <class Real, int Dim>
std::vector<HistoryValue> Euler<Real, Dim>::history() const {
  double volume = 1;
  for (int axis = 0; axis < Dim; ++axis)
    volume *= context_.grid.spacing(axis);
  std::vector<HistoryValue> integrals, extremes;
  const auto add = [&](const NamedField& field, bool integral, bool extreme) {
    const auto values = std::get<Field<Real, 3>>(field.values);
    const auto s = ops::statistics<Real>(space(), ranks(), context_.grid, values);
    if (integral) integrals.push_back({field.name == "density" ? "mass" : field.name, s.sum * volume});
    if (!extreme) return;
    extremes.push_back({field.name + "_minimum", s.minimum});
    extremes.push_back({field.name + "_maximum", s.maximum});
  };
  for (const NamedField& field : state())
    add(field, true, field.name == "density");
  for (const char* name : {"pressure", "mach"})
    add(derived(derived_field(name, Dim, options_.scalars)), false, true);
  integrals.insert(integrals.end(), extremes.begin(), extremes.end());
  integrals.push_back({"fallback_sides", static_cast<double>(fallbacks_.sides)});
  integrals.push_back({"fallback_cells", static_cast<double>(fallbacks_.cells)});
  integrals.push_back({"raised_cells", static_cast<double>(fallbacks_.raised)});
  return integrals;
}

}  // namespace tarn::apps::euler
