// A tracer u that a steady flow v carries and that diffuses, in two dimensions: du/dt = -v . grad u + D laplacian u.
#include <cmath>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/staged_simulation.hpp"
#include "tarn/apps/driver/verification.hpp"
#include "tarn/ops/stencil/laplacian.hpp"

namespace tracer {
using namespace tarn;

/// What a deck may say, in its table [tracer].
const io::Table table{
    .name = "tracer",
    .meaning = "du/dt = -v . grad u + D laplacian u",
    .required = true,
    .keys = {
        {.name = "velocity",
         .type = io::KeyType::numbers,
         .meaning = "v",
         .required = true,
         .shortest = 2,
         .longest = 2},
        {.name = "diffusivity", .type = io::KeyType::number, .meaning = "D", .required = true, .above = 0},
        {.name = "initial", .type = io::KeyType::number_or_formula, .meaning = "u at the start", .required = true},
    }};

/// What is advanced in time, and written to files: name, unit, meaning.
const std::vector<apps::FieldDescription> state{{"u", "", "concentration of the tracer"}};

/// The rate of change of a cell: second order central differences.
template <class Real>
struct Rate {
  static constexpr int fields = 1, reach = 1;  // it reads cells one away
  static constexpr bool takes_lanes = true;    // nothing but + - * /, so it serves several cells at once

  Kokkos::Array<Real, 3> flow, spread;  // v / (2 dx) and D / dx^2 of the axes [1/time]

  template <class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(const Cell& cell) const {
    const auto across_x = cell.template neighbor<1, 0>(0) - cell.template neighbor<-1, 0>(0);
    const auto across_y = cell.template neighbor<0, 1>(0) - cell.template neighbor<0, -1>(0);
    return ops::laplacian<2>(cell, 0, spread) - (flow[0] * across_x + flow[1] * across_y);
  }
};

/// The longest stable step [time]: 1 over the sum of 2 D / dx^2 + |v| / dx of the axes.
double stable_step(const io::Deck& deck) {
  double fastest = 0;
  for (int axis = 0; axis < 2; ++axis) {
    const double dx = apps::domain_of(deck).spacing(axis), v = deck.numbers("tracer.velocity")[axis];
    fastest += 2 * deck.number("tracer.diffusivity") / (dx * dx) + std::abs(v) / dx;
  }
  return 1 / fastest;
}

/// A run: its state at the start, its steps, and what history.csv tells.
template <class Real>
class Tracer : public apps::StagedSimulation<Tracer<Real>, Real> {
  using Base = apps::StagedSimulation<Tracer<Real>, Real>;
  using Base::context_;

 public:
  explicit Tracer(const apps::SimulationContext& context)
      : Base(context, apps::face_conditions(context.deck, {{"open", FaceRule::copy}}), state) {
    const io::Deck& deck = context.deck;
    for (int axis = 0; axis < 2; ++axis) {
      const double dx = context.grid.spacing(axis);
      rate_.flow[axis] = static_cast<Real>(deck.numbers("tracer.velocity")[axis] / (2 * dx));
      rate_.spread[axis] = static_cast<Real>(deck.number("tracer.diffusivity") / (dx * dx));
    }
    this->start(ops::Scheme::ssp_rk3, 0, this->initial_state({"tracer.initial"}));
  }

  double largest_step() override { return apps::step_of(context_.deck, stable_step(context_.deck)); }
  std::vector<apps::HistoryValue> history() const override {
    const auto s = this->statistics(0);
    return {{"minimum", s.minimum}, {"maximum", s.maximum}, {"sum", s.sum}};
  }
  void prepare(double) {}                                // the rate reads nothing that changes in time
  void with_rate(const auto& use) const { use(rate_); }  // and is always the same one
  int extra_arrays() const { return 0; }                 // it reads no array but the state

 private:
  Rate<Real> rate_;
};

/// What is wrong with a deck that the table cannot tell.
void check(const io::Deck& deck, io::Problems& problems) {
  if (deck.valid("grid.cells") && apps::dimensions_of(deck) != 2)
    problems.add(deck.position("grid.cells"), "grid.cells", "the tracer needs two axes");
  apps::check_values(deck, {{"tracer.initial", apps::FormulaUse::initial}}, problems);
}

std::unique_ptr<apps::Simulation> create(const apps::SimulationContext& context) {
  if (apps::is_single(context.deck)) return std::make_unique<Tracer<float>>(context);
  return std::make_unique<Tracer<double>>(context);
}

/// What a deck asks for: fields, the run, and a forecast for `check`.
apps::Model model(const io::Deck& deck) {
  const double limit = stable_step(deck);
  return {.state = state,
          .forecast = {.step = apps::step_of(deck, limit),
                       .bytes_per_cell = ops::arrays_of(ops::Scheme::ssp_rk3) * apps::bytes_of_real(deck),
                       .note = "SSP-RK3",
                       .limit = limit},
          .create = create};
}

const bool registered = apps::register_simulation({.name = "tracer",
                                                   .summary = "a tracer that flows and diffuses, in two dimensions",
                                                   .tables = {table},
                                                   .boundary_kinds = {"periodic", "open"},
                                                   .fields = state,
                                                   .check = check,
                                                   .model = model});

/// A problem that `tracer verify` measures the app by.
const char* const verification = R"toml(
[run]
app = "tracer"
name = "wave"
[grid]
cells = [64, 64]
[time]
end = 0.2
[tracer]
velocity = [1.0, 0.5]
diffusivity = 0.01
initial = "sin(2 * pi * x) * sin(2 * pi * y)"
[exact]
source = "separation of variables, in the moving frame"
u = "exp(-8 * pi^2 * 0.01 * t) * sin(2 * pi * (x - t)) * sin(2 * pi * (y - 0.5 * t))"
[verify]
ladder = [16, 32, 64]
order = 1.9
norms = ["l1", "l2", "max"]
conserved = ["u"]
)toml";

const bool verified = apps::register_verification({.app = "tracer", .decks = {verification}});

}  // namespace tracer
