#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/euler/bad_state.hpp"
#include "tarn/apps/euler/boundary.hpp"
#include "tarn/apps/euler/cell_kernels.hpp"
#include "tarn/apps/euler/cell_stage.hpp"
#include "tarn/apps/euler/derived.hpp"
#include "tarn/apps/euler/euler.hpp"
#include "tarn/apps/euler/fallbacks.hpp"
#include "tarn/apps/euler/gpu_stage.hpp"
#include "tarn/apps/euler/stage.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/copy_fields.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/reduce_cells.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::euler {

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
  std::vector<HistoryValue> tallies() const override { return fallbacks_.tallies(); }
  void set_tallies(const std::vector<HistoryValue>& tallies) override { fallbacks_.set_tallies(tallies); }
  std::vector<std::string> remarks() const override;
  std::vector<std::string> explanations() const override { return remarks(); }

 private:
  struct Stage {
    StageWeights weights;
    Fields<Real> now, out;
    double time;
  };

  void set_initial();
  void settle_start();
  std::vector<Stage> stages(double time, double dt) const;
  Found run(const Stage& stage);
  Found compute(const Stage& stage, const CellRange& box);
  void run_with_care(const Stage& stage);
  RedoneCells redone(std::int64_t count) const;
  Found look(const Look<Real, Dim>& look, const Fields<Real>& u) const;
  Found look(const Fields<Real>& u) const { return look(scheme_.look, u); }
  Found counted_on_gpu(const Fields<Real>& out);
  NamedField derived(const DerivedField& field) const;
  Found together(const Found& found) const;
  [[noreturn]] void fail(const Look<Real, Dim>& look, const Fields<Real>& u, double fastest, const std::string& what);
  [[noreturn]] void fail(const Fields<Real>& u, double fastest, const std::string& what) {
    fail(scheme_.look, u, fastest, what);
  }
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
  double time_ = 0;         ///< of the state
  double fixed_step_ = 0;
  Found found_;  ///< in the state
  Fallbacks fallbacks_;
  GpuMemory on_gpu_;
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
    copy_fields<Real>(space(), u_, *other);  // with the ghosts of an inflow
  }
  restarted(0);
}

/// Also for the initial state.
template <class Real, int Dim>
void Euler<Real, Dim>::restarted(double time) {
  time_ = time;
  found_ = together(look(u_));
  if (found_.unsound > 0) settle_start();
}

/// Tells what is wrong with a state to begin with that does not pass. Where rounding alone put it below the floors, it
/// is raised.
template <class Real, int Dim>
void Euler<Real, Dim>::settle_start() {
  constexpr Real rounding = sizeof(Real) == 8 ? Real(1e-6) : Real(1e-2);
  Look<Real, Dim> without = scheme_.look, lower = scheme_.look;
  without.least_density = without.least_pressure = 0;
  lower.least_density *= 1 - rounding;
  lower.least_pressure *= 1 - rounding;
  if (together(look(without, u_)).unsound > 0) fail(without, u_, 0, "the state to begin with is not sound");
  if (together(look(lower, u_)).unsound > 0) {
    fail(lower, u_, 0,
         fmt::format("the state to begin with is below [euler.floor], density {:g} and pressure {:g}",
                     options_.least_density, options_.least_pressure));
  }
  const auto raised = ops::reduce_cells<std::int64_t>("tarn::euler::raise", space(), context_.grid.interior(),
                                                      RaiseToFloors<Real, Dim>{scheme_.look, u_});
  fallbacks_.raised += ranks().sum(raised);
  found_ = together(look(u_));
}

template <class Real, int Dim>
double Euler<Real, Dim>::largest_step() {
  const double limit = 1 / found_.fastest;
  if (fixed_step_ > limit) {
    fail(u_, found_.fastest,
         fmt::format("time.dt = {:g} is beyond the stability limit {:.6g}, which this cell sets", fixed_step_, limit));
  }
  const double step = fixed_step_ > 0 ? fixed_step_ : context_.deck.number("time.cfl") * limit;
  if (fixed_step_ == 0 && has_collapsed(context_.deck, step))
    fail(u_, found_.fastest, fmt::format("the time step has collapsed to {:g}", step));
  return step;
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
  integrals.push_back({"fallback_cells", static_cast<double>(fallbacks_.cells())});
  integrals.push_back({"raised_cells", static_cast<double>(fallbacks_.raised)});
  return integrals;
}

template <class Real, int Dim>
std::vector<std::string> Euler<Real, Dim>::remarks() const {
  const std::string text = fallbacks_.text(context_.grid.domain());
  return text.empty() ? std::vector<std::string>{} : std::vector{text};
}

}  // namespace tarn::apps::euler
