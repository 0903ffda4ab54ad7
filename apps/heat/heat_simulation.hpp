#pragma once

#include <optional>

#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/staged_simulation.hpp"
#include "tarn/apps/heat/diffusivity.hpp"
#include "tarn/apps/heat/heat.hpp"
#include "tarn/apps/heat/implicit.hpp"
#include "tarn/apps/heat/rate.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/statistics.hpp"

// The heat equation du/dt = div(kappa grad u) + q on a uniform grid, second order central differences.

namespace tarn::apps::heat {

template <class Real, int Dim>
class Heat : public StagedSimulation<Heat<Real, Dim>, Real> {
 public:
  explicit Heat(const SimulationContext& context);

  double largest_step() override { return options_.largest_step; }
  void step(double time, double dt) override;
  std::vector<HistoryValue> history() const override;

  void prepare(double time);
  template <class Use>
  void with_rate(const Use& use) const;
  int extra_arrays() const { return (kappa_.variable ? Dim : 0) + (source_formula_ ? 1 : 0); }

 private:
  using Base = StagedSimulation<Heat<Real, Dim>, Real>;
  using Base::context_, Base::equations_, Base::integrator_, Base::space, Base::fields;

  void implicit_step(double time, double dt);

  Options options_;
  Diffusivity<Real> kappa_;
  FaceFormulas<Real> faces_;
  std::optional<ops::Formula> source_formula_;
  Field<Real, 3> source_;  // q, if there is one
  std::optional<ImplicitStep<Real>> implicit_;
};

template <class Real, int Dim>
Heat<Real, Dim>::Heat(const SimulationContext& context)
    : Base(context, face_conditions(context.deck), {{"temperature", "K", ""}}),
      kappa_(make_diffusivity<Real>(context)) {
  const Grid& grid = context.grid;
  const io::Deck& deck = context.deck;
  options_ = options_of(deck, kappa_.largest);
  if (options_.implicit) implicit_.emplace(context, face_conditions(deck), kappa_, *options_.implicit);
  if (deck.has("heat.source")) {
    source_formula_ = formula_of(deck, "heat.source", FormulaUse::of_time);
    source_ = grid.make_field<Real>("heat::source");
    ops::set_from_formula<Real>(space(), *source_formula_, grid, grid.interior(), source_, 0, 0, 0);
  }
  for (int axis = 0; axis < Dim; ++axis) {
    for (int side = 0; side < 2; ++side) {
      const std::string key = "heat.boundary_value." + face_name(axis, side);
      if (deck.has(key)) faces_.add(equations_.ghosts(), axis, side, formula_of(deck, key, FormulaUse::of_time));
    }
  }
  equations_.set_x_faces_move(faces_.move_x());
  const auto initial = this->make_fields();
  ops::set_from_formula<Real>(space(), formula_of(deck, "heat.initial", FormulaUse::initial), grid, grid.interior(),
                              one_of(initial, 0), 0, static_cast<std::uint64_t>(deck.integer("run.seed")), 0);
  this->start(options_.rkl2 ? ops::Scheme::rkl2 : ops::Scheme::euler, options_.stages, initial);
}

template <class Real, int Dim>
void Heat<Real, Dim>::step(double time, double dt) {
  if (implicit_) {
    implicit_step(time, dt);
  } else {
    Base::step(time, dt);
  }
}

/// The right-hand side is made in the array that explicit Euler writes the next state to; see implicit.hpp.
template <class Real, int Dim>
void Heat<Real, Dim>::implicit_step(double time, double dt) {
  const double theta = implicit_->theta();
  const Fields<Real> u = fields(), right_side = integrator_->spare();
  const auto weighted = [dt](double share) { return static_cast<Real>(share * dt); };
  this->set("end_rate", u, time + dt, right_side, ops::Combination<Real, 0>{{}, {}, weighted(theta)});
  if (theta < 1) {
    this->set("start_rate", u, time, right_side,
              ops::Combination<Real, 1>{{Fields<const Real>(right_side)}, {Real(1)}, weighted(1 - theta)});
  }
  implicit_->advance(space(), time, dt, one_of(right_side, 0), one_of(u, 0));
  equations_.forget();
}

/// Brings faces and source to a time.
template <class Real, int Dim>
void Heat<Real, Dim>::prepare(double time) {
  faces_.set(equations_.ghosts(), time);
  if (!source_formula_ || !source_formula_->uses("t")) return;
  ops::set_from_formula<Real>(space(), *source_formula_, context_.grid, context_.grid.interior(), source_, time, 0, 0);
}

/// Calls `use` with the rate of change in the form that this problem needs.
template <class Real, int Dim>
template <class Use>
void Heat<Real, Dim>::with_rate(const Use& use) const {
  Kokkos::Array<Real, 3> weight{};
  for (int axis = 0; axis < Dim; ++axis) {
    const double dx = context_.grid.spacing(axis);
    weight[axis] = static_cast<Real>((kappa_.variable ? 1 : kappa_.constant) / (dx * dx));
  }
  if (kappa_.variable) {
    if (source_formula_) {
      use(Rate<Real, Dim, true, true>{kappa_.on_face, source_, weight});
    } else {
      use(Rate<Real, Dim, true, false>{kappa_.on_face, source_, weight});
    }
  } else if (source_formula_) {
    use(Rate<Real, Dim, false, true>{{}, source_, weight});
  } else {
    use(Rate<Real, Dim, false, false>{{}, source_, weight});
  }
}

/// Columns: the extremes, the integral of u over the domain, and the energy 1/2 integral of u^2.
template <class Real, int Dim>
std::vector<HistoryValue> Heat<Real, Dim>::history() const {
  const auto s = ops::statistics<Real>(space(), context_.patch.ranks(), context_.grid, one_of(fields(), 0));
  double volume = 1;
  for (int axis = 0; axis < Dim; ++axis)
    volume *= context_.grid.spacing(axis);
  return {{"minimum", s.minimum},
          {"maximum", s.maximum},
          {"integral", s.sum * volume},
          {"energy", 0.5 * s.sum_of_squares * volume}};
}

}  // namespace tarn::apps::heat
