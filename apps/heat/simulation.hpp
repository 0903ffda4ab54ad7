#pragma once

#include <optional>

#include <fmt/format.h>

#include "tarn/apps/driver/diffusivity.hpp"
#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/staged_simulation.hpp"
#include "tarn/apps/heat/heat.hpp"
#include "tarn/apps/heat/rate.hpp"
#include "tarn/core/error.hpp"
#include "tarn/ops/formula/evaluate.hpp"

// The heat equation du/dt = div(kappa grad u) + q, kappa a number for each axis, on a uniform grid, second order
// central differences.

namespace tarn::apps::heat {

template <class Real, int Dim>
class Heat : public StagedSimulation<Heat<Real, Dim>, Real> {
 public:
  static constexpr bool uses(ops::Scheme scheme) { return scheme == ops::Scheme::euler || scheme == ops::Scheme::rkl2; }

  explicit Heat(const SimulationContext& context);

  double largest_step() override { return largest_step_; }
  void step(double time, double dt) override;
  std::vector<HistoryValue> history() const override;
  std::vector<std::string> remarks() const override;

  void prepare(double time);
  template <class Use>
  void with_rate(const Use& use) const;
  bool depends_on_time() const { return implicit_ || faces_.move() || (source_formula_ && source_formula_->uses("t")); }
  int extra_arrays() const { return (kappa_.variable ? Dim : 0) + (source_formula_ ? 1 : 0); }

 private:
  using Base = StagedSimulation<Heat<Real, Dim>, Real>;
  using Base::context_, Base::equations_, Base::integrator_, Base::space, Base::fields;

  void implicit_step(double time, double dt);

  Diffusivity<Real> kappa_;
  double largest_step_ = 0;
  FaceFormulas<Real> faces_;
  std::optional<ops::Formula> source_formula_;
  Field<Real, 3> source_;  // q, if there is one
  std::optional<ops::ImplicitDiffusionStep<Real>> implicit_;
  int iterations_ = 0, most_iterations_ = 0;  // of the last step, and the most of a step
  std::int64_t all_iterations_ = 0, solutions_ = 0;
};

/// On a "neumann" face without a value the slope is 0.
inline FaceConditions conditions_of(const io::Deck& deck) {
  return face_conditions(deck, {{"dirichlet", FaceRule::value}, {"neumann", FaceRule::slope}});
}

template <class Real, int Dim>
Heat<Real, Dim>::Heat(const SimulationContext& context)
    : Base(context, conditions_of(context.deck), state_of(context.deck)),
      kappa_(make_diffusivity<Real>(context, diffusivity_key)) {
  const io::Deck& deck = context.deck;
  const Options options = options_of(deck, kappa_.largest);
  if (options.method == Method::implicit) {
    largest_step_ = deck.number("time.dt");
    implicit_.emplace(context.patch, conditions_of(deck), kappa_, options.implicit);
  } else {
    largest_step_ = step_within(deck, *options.limit, text_of(options));
  }
  if (deck.has("heat.source")) {
    source_formula_ = formula_of(deck, "heat.source", FormulaUse::of_time);
    source_ = context.grid.make_field<Real>("heat::source");
    this->set_from(*source_formula_, 0, source_);
  }
  faces_.add_all(equations_.ghosts(), deck, "heat.boundary_value");
  equations_.set_x_faces_move(faces_.move_x());
  this->start(options.method == Method::rkl2 ? ops::Scheme::rkl2 : ops::Scheme::euler, options.stages,
              this->initial_state({"heat.initial"}));
  if (options.method == Method::euler) this->make_in_a_pass(StepsPerPass::of(deck, "heat"));
}

template <class Real, int Dim>
void Heat<Real, Dim>::step(double time, double dt) {
  if (implicit_) return implicit_step(time, dt);
  Base::step(time, dt);
}

/// The right-hand side is made in the array that explicit Euler writes the next state to; see ImplicitDiffusionStep.
/// Its parts are rates alone, as rkl2 has one: a kernel that added to what is there would be a quarter more to compile.
template <class Real, int Dim>
void Heat<Real, Dim>::implicit_step(double time, double dt) {
  const double theta = implicit_->theta();
  const Fields<Real> u = fields(), right_side = integrator_->spare();
  const auto set_rate = [&](const char* stage, double at, double share, const Fields<Real>& out) {
    this->set(stage, u, at, out, ops::Combination<Real, 0>{{}, {}, static_cast<Real>(share * dt)});
  };
  set_rate("end_rate", time + dt, theta, right_side);
  if (theta < 1) {
    set_rate("start_rate", time, 1 - theta, as_fields(implicit_->spare()));
    implicit_->add_spare_to(one_of(right_side, 0));
  }
  try {
    const auto timer = context_.regions.time("solve", 0);
    iterations_ = implicit_->advance(dt, one_of(right_side, 0), one_of(u, 0));
    most_iterations_ = std::max(most_iterations_, iterations_);
    all_iterations_ += iterations_;
    ++solutions_;
  } catch (const NotConverged& error) {
    throw NotConverged(fmt::format("heat.integrator implicit, step from time {:g} to {:g}: {}; raise "
                                   "heat.max_iterations or heat.tolerance, or shorten time.dt",
                                   time, time + dt, error.what()),
                       error.iterations(), error.residual());
  }
  equations_.forget();
}

/// Brings faces and source to a time.
template <class Real, int Dim>
void Heat<Real, Dim>::prepare(double time) {
  faces_.set(equations_.ghosts(), time);
  if (source_formula_ && source_formula_->uses("t")) this->set_from(*source_formula_, time, source_);
}

/// Calls `use` with the rate of change in the form that this problem needs.
template <class Real, int Dim>
template <class Use>
void Heat<Real, Dim>::with_rate(const Use& use) const {
  Kokkos::Array<Real, 3> weight{};
  for (int axis = 0; axis < Dim; ++axis) {
    const double dx = context_.grid.spacing(axis);
    weight[axis] = static_cast<Real>((kappa_.variable ? 1 : kappa_.constant[axis]) / (dx * dx));
  }
  if (kappa_.variable && source_formula_) {
    use(Rate<Real, Dim, true, true>{kappa_.on_face, source_, weight});
  } else if (kappa_.variable) {
    use(Rate<Real, Dim, true, false>{kappa_.on_face, source_, weight});
  } else if (source_formula_) {
    use(Rate<Real, Dim, false, true>{{}, source_, weight});
  } else {
    use(Rate<Real, Dim, false, false>{{}, source_, weight});
  }
}

/// How hard the linear systems were, since this process began; or how many steps a pass made.
template <class Real, int Dim>
std::vector<std::string> Heat<Real, Dim>::remarks() const {
  if (solutions_ == 0) return Base::remarks();
  return {fmt::format("conjugate gradients took {:.1f} iterations a step, at most {}",
                      static_cast<double>(all_iterations_) / static_cast<double>(solutions_), most_iterations_)};
}

/// Columns: the extremes, the integral of u over the domain, the energy 1/2 integral of u^2, and with the implicit
/// integrator the iterations of the last step.
template <class Real, int Dim>
std::vector<HistoryValue> Heat<Real, Dim>::history() const {
  const auto s = this->statistics(0);
  const double volume = cell_volume(context_.grid);
  std::vector<HistoryValue> values{{"minimum", s.minimum},
                                   {"maximum", s.maximum},
                                   {"integral", s.sum * volume},
                                   {"energy", 0.5 * s.sum_of_squares * volume}};
  if (implicit_) values.push_back({"iterations", static_cast<double>(iterations_)});
  return values;
}

}  // namespace tarn::apps::heat
