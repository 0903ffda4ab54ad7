#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include "tarn/apps/driver/face_values.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/heat/diffusion.hpp"
#include "tarn/apps/heat/diffusivity.hpp"
#include "tarn/apps/heat/heat.hpp"
#include "tarn/apps/heat/implicit.hpp"
#include "tarn/apps/heat/rkl2.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/statistics.hpp"

// The heat equation du/dt = div(kappa grad u) + q on a uniform grid, second order central differences.

namespace tarn::apps::heat {

/// A face of the domain and the formula of its values.
struct FaceFormula {
  int axis, side;
  ops::Formula value;
};

template <class Real, int Dim>
class Heat : public Simulation {
 public:
  explicit Heat(const SimulationContext& context);

  double largest_step() const override { return options_.largest_step; }
  void step(double time, double dt) override;
  std::vector<NamedField> fields() const override { return {{"temperature", "K", u_}}; }
  std::vector<HistoryValue> history() const override;

 private:
  void euler_step(double time, double dt);
  void rkl2_step(double time, double dt);
  void implicit_step(double time, double dt);
  template <class Use>
  void with_rate(const Field<Real, 3>& state, const Use& use) const;
  void prepare(const Field<Real, 3>& state, double time);
  template <class Value>
  void set_state(const std::string& label, const Field<Real, 3>& state, const Value& value);
  void refresh_source(double time);
  void find_faces();
  void set_faces(double time);
  std::int64_t bytes(int streams) const;

  SimulationContext context_;
  Space space_;
  Options options_;
  GhostCells<Real> ghosts_;
  Diffusivity<Real> kappa_;
  std::optional<ops::Formula> source_formula_;
  std::vector<FaceFormula> faces_;  // those that change in time, once the constructor is done
  bool row_ends_filled_ = false;    // whether a state has its ghosts along x from the kernel that wrote it
  std::optional<Rkl2> rkl2_;
  std::optional<ImplicitStep<Real>> implicit_;

  Field<Real, 3> u_, next_;            // the state, and the array its next value is written to
  Field<Real, 3> source_;              // q, if there is one
  Field<Real, 3> stage_, start_rate_;  // of RKL2: the array of a further stage, and the rate of the start
};

template <class Real, int Dim>
Heat<Real, Dim>::Heat(const SimulationContext& context)
    : context_(context),
      space_(context.runtime.space()),
      ghosts_(context.grid, context.runtime.communicator(), boundary_kinds_of(context.deck), context.mpi_buffers),
      kappa_(make_diffusivity<Real>(context)) {
  const Grid& grid = context.grid;
  const io::Deck& deck = context.deck;
  options_ = options_of(deck, kappa_.largest);
  u_ = grid.make_field<Real>("heat::temperature");
  next_ = grid.make_field<Real>("heat::next");
  if (options_.implicit) implicit_.emplace(context, kappa_, *options_.implicit);
  if (options_.rkl2) {
    rkl2_.emplace(options_.stages);
    stage_ = grid.make_field<Real>("heat::stage");
    start_rate_ = grid.make_field<Real>("heat::start_rate");
  }
  if (deck.has("heat.source")) {
    source_formula_ = formula_of(deck, "heat.source", FormulaUse::of_time);
    source_ = grid.make_field<Real>("heat::source");
    ops::set_from_formula<Real>(space_, *source_formula_, grid, grid.interior(), source_, 0, 0, 0);
  }
  find_faces();
  set_faces(0);
  std::erase_if(faces_, [](const FaceFormula& face) { return !face.value.uses("t"); });
  const auto initial = formula_of(deck, "heat.initial", FormulaUse::initial);
  ops::set_from_formula<Real>(space_, initial, grid, grid.interior(), u_, 0,
                              static_cast<std::uint64_t>(deck.integer("run.seed")), 0);
}

template <class Real, int Dim>
void Heat<Real, Dim>::step(double time, double dt) {
  if (implicit_) {
    implicit_step(time, dt);
  } else if (options_.rkl2) {
    rkl2_step(time, dt);
  } else {
    euler_step(time, dt);
  }
}

template <class Real, int Dim>
void Heat<Real, Dim>::euler_step(double time, double dt) {
  prepare(u_, time);
  const auto timer = context_.regions.time("step", bytes(2));
  with_rate(u_, [&](const auto& rate) {
    set_state("tarn::heat::euler_step", next_,
              EulerStep<Real, std::decay_t<decltype(rate)>>{rate, static_cast<Real>(dt)});
  });
  std::swap(u_, next_);
}

template <class Real, int Dim>
void Heat<Real, Dim>::rkl2_step(double time, double dt) {
  const auto interior = context_.grid.interior();
  const auto& stages = rkl2_->stage;
  prepare(u_, time);
  {
    const auto timer = context_.regions.time("step", bytes(5));
    with_rate(u_, [&](const auto& rate) { set_cells("tarn::heat::start_rate", space_, interior, start_rate_, rate); });
    set_state("tarn::heat::first_stage", next_,
              Rkl2First<Real>{u_, start_rate_, static_cast<Real>(stages[1].mu_rate * dt)});
  }

  Field<Real, 3> before_last = stage_, last = next_;  // the first stage after these reads u_ instead of before_last
  for (std::size_t j = 2; j < stages.size(); ++j) {
    prepare(last, time + stages[j - 1].time * dt);
    const auto timer = context_.regions.time("step", bytes(5));
    const auto& s = stages[j];
    // The rest is taken from the rounded weights: the three sum up to exactly 1, or every step would scale u a little.
    const auto mu = static_cast<Real>(s.mu), nu = static_cast<Real>(s.nu);
    const StageWeights<Real> weights{mu, nu, 1 - mu - nu, static_cast<Real>(s.mu_rate * dt),
                                     static_cast<Real>(s.gamma_rate * dt)};
    with_rate(last, [&](const auto& rate) {
      set_state(
          "tarn::heat::rkl2_stage", before_last,
          Rkl2Stage<Real, std::decay_t<decltype(rate)>>{rate, j == 2 ? u_ : before_last, u_, start_rate_, weights});
    });
    std::swap(before_last, last);
  }
  // The arrays change places: the result becomes the state, and the old state is free for the next step.
  stage_ = before_last;
  next_ = u_;
  u_ = last;
}

/// The right-hand side is made in the array that explicit Euler writes the next state to; see implicit.hpp.
template <class Real, int Dim>
void Heat<Real, Dim>::implicit_step(double time, double dt) {
  const double theta = implicit_->theta();
  const auto interior = context_.grid.interior();
  prepare(u_, time + dt);
  {
    const auto timer = context_.regions.time("step", bytes(2));
    with_rate(u_, [&](const auto& rate) {
      set_cells("tarn::heat::end_rate", space_, interior, next_,
                WeightedRate<Real, std::decay_t<decltype(rate)>>{rate, static_cast<Real>(theta * dt)});
    });
  }
  if (theta < 1) {
    prepare(u_, time);
    const auto timer = context_.regions.time("step", bytes(3));
    with_rate(u_, [&](const auto& rate) {
      set_cells("tarn::heat::start_rate", space_, interior, next_,
                AddWeightedRate<Real, std::decay_t<decltype(rate)>>{rate, next_, static_cast<Real>((1 - theta) * dt)});
    });
  }
  implicit_->advance(space_, time, dt, next_, u_);
}

/// Makes ready all that the rate of `state` at `time` reads: ghosts, faces and source.
template <class Real, int Dim>
void Heat<Real, Dim>::prepare(const Field<Real, 3>& state, double time) {
  {
    const auto timer = context_.regions.time("boundary and source", 0);
    set_faces(time);
    refresh_source(time);
  }
  const auto timer =
      context_.regions.time("halo", row_ends_filled_ ? ghosts_.bytes_per_fill_rest() : ghosts_.bytes_per_fill());
  if (row_ends_filled_) {
    ghosts_.fill_rest(space_, state);
  } else {
    ghosts_.fill(space_, state);
  }
}

/// Writes a new state, which prepare() gets next.
template <class Real, int Dim>
template <class Value>
void Heat<Real, Dim>::set_state(const std::string& label, const Field<Real, 3>& state, const Value& value) {
  const bool x_moves = std::any_of(faces_.begin(), faces_.end(), [](const auto& face) { return face.axis == 0; });
  row_ends_filled_ = !x_moves;
  if (x_moves) {
    set_cells(label, space_, context_.grid.interior(), state, value);
  } else {
    set_cells(label, space_, context_.grid.interior(), state, value, ghosts_.row_ends(state));
  }
}

template <class Real, int Dim>
void Heat<Real, Dim>::refresh_source(double time) {
  if (!source_formula_ || !source_formula_->uses("t")) return;
  ops::set_from_formula<Real>(space_, *source_formula_, context_.grid, context_.grid.interior(), source_, time, 0, 0);
}

/// The faces of the domain that this rank's block touches and the deck gives values for.
template <class Real, int Dim>
void Heat<Real, Dim>::find_faces() {
  for (int axis = 0; axis < Dim; ++axis) {
    for (int side = 0; side < 2; ++side) {
      const std::string key = "heat.boundary_value." + face_name(axis, side);
      if (!ghosts_.at_boundary(axis, side) || !context_.deck.has(key)) continue;
      faces_.push_back({axis, side, formula_of(context_.deck, key, FormulaUse::of_time)});
    }
  }
}

template <class Real, int Dim>
void Heat<Real, Dim>::set_faces(double time) {
  for (const FaceFormula& face : faces_) {
    set_face_values<Real>(space_, face.value, context_.grid, face.axis, face.side, time,
                          ghosts_.face_values(face.axis, face.side));
  }
}

/// Calls `use` with the rate of change of a state, in the form that this problem needs.
template <class Real, int Dim>
template <class Use>
void Heat<Real, Dim>::with_rate(const Field<Real, 3>& state, const Use& use) const {
  Kokkos::Array<Real, 3> weight{};
  for (int axis = 0; axis < Dim; ++axis) {
    const double dx = context_.grid.spacing(axis);
    weight[axis] = static_cast<Real>((kappa_.variable ? 1 : kappa_.constant) / (dx * dx));
  }
  if (kappa_.variable) {
    if (source_formula_) {
      use(Rate<Real, Dim, true, true>{state, kappa_.on_face, source_, weight});
    } else {
      use(Rate<Real, Dim, true, false>{state, kappa_.on_face, source_, weight});
    }
  } else if (source_formula_) {
    use(Rate<Real, Dim, false, true>{state, {}, source_, weight});
  } else {
    use(Rate<Real, Dim, false, false>{state, {}, source_, weight});
  }
}

/// Columns: the extremes, the integral of u over the domain, and the energy 1/2 integral of u^2.
template <class Real, int Dim>
std::vector<HistoryValue> Heat<Real, Dim>::history() const {
  const auto s = ops::statistics<Real>(space_, context_.runtime.communicator(), context_.grid, u_);
  double volume = 1;
  for (int axis = 0; axis < Dim; ++axis)
    volume *= context_.grid.spacing(axis);
  return {{"minimum", s.minimum},
          {"maximum", s.maximum},
          {"integral", s.sum * volume},
          {"energy", 0.5 * s.sum_of_squares * volume}};
}

/// The bytes of this rank's cells in so many arrays, and in those of a variable diffusivity and a source.
template <class Real, int Dim>
std::int64_t Heat<Real, Dim>::bytes(int streams) const {
  const int more = (kappa_.variable ? Dim : 0) + (source_formula_ ? 1 : 0);
  return (streams + more) * context_.grid.interior().size() * static_cast<std::int64_t>(sizeof(Real));
}

}  // namespace tarn::apps::heat
