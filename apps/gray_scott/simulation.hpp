#pragma once

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/staged_simulation.hpp"
#include "tarn/apps/gray_scott/gray_scott.hpp"
#include "tarn/apps/gray_scott/rate.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::gray_scott {

/// What a deck's boundary kinds do to both fields: "neumann" lets nothing through, "held" keeps the initial values.
inline FaceConditions face_conditions(const io::Deck& deck) {
  FaceConditions conditions;
  const auto kinds = boundary_kinds_of(deck);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (std::size_t side = 0; side < 2; ++side) {
      const FaceRule rule = kinds[axis][side] == "held" ? FaceRule::held : FaceRule::mirror;
      conditions[axis][side].assign(2, {rule});
    }
  }
  return conditions;
}

template <class Real, int Dim>
class GrayScott : public StagedSimulation<GrayScott<Real, Dim>, Real> {
 public:
  explicit GrayScott(const SimulationContext& context)
      : Base(context, face_conditions(context.deck), {{"u", "", ""}, {"v", "", ""}}),
        options_(options_of(context.deck)) {
    const Grid& grid = context.grid;
    const auto seed = static_cast<std::uint64_t>(context.deck.integer("run.seed"));
    const auto initial = this->make_fields();
    for (int field = 0; field < 2; ++field) {
      const auto formula =
          formula_of(context.deck, field == 0 ? "gray_scott.initial.u" : "gray_scott.initial.v", FormulaUse::initial);
      ops::set_from_formula<Real>(space(), formula, grid, grid.whole(), one_of(initial, field), 0, seed,
                                  static_cast<std::uint64_t>(field));
    }
    this->start(options_.scheme, 0, initial);
    noise_.size = options_.noise;
    noise_.seed = seed;
    for (int axis = 0; axis < 3; ++axis) {
      noise_.first[axis] = grid.offset(axis) - grid.ghosts(axis);
      noise_.cells[axis] = grid.domain().cells[axis];
    }
  }

  double largest_step() override { return options_.largest_step; }

  void step(double time, double dt) override {
    noise_.stream = noise_stream(time);
    Base::step(time, dt);
  }

  /// Columns: the extremes of both fields and their integrals over the domain.
  std::vector<HistoryValue> history() const override {
    double volume = 1;
    for (int axis = 0; axis < Dim; ++axis)
      volume *= context_.grid.spacing(axis);
    std::vector<HistoryValue> columns;
    for (int field = 0; field < 2; ++field) {
      const auto s = ops::statistics<Real>(space(), context_.patch.ranks(), context_.grid, one_of(fields(), field));
      const std::string name = field == 0 ? "u" : "v";
      columns.push_back({name + "_minimum", s.minimum});
      columns.push_back({name + "_maximum", s.maximum});
      columns.push_back({name + "_integral", s.sum * volume});
    }
    return columns;
  }

  void prepare(double) {}
  int extra_arrays() const { return 0; }

  template <class Use>
  void with_rate(const Use& use) const {
    Kokkos::Array<Real, 3> weight_u{}, weight_v{};
    for (int axis = 0; axis < Dim; ++axis) {
      const double dx = context_.grid.spacing(axis);
      weight_u[axis] = static_cast<Real>(options_.du / (dx * dx));
      weight_v[axis] = static_cast<Real>(options_.dv / (dx * dx));
    }
    const auto feed = static_cast<Real>(options_.feed), removal = static_cast<Real>(options_.feed + options_.kill);
    if (options_.noise > 0) {
      use(Rate<Real, Dim, true>{weight_u, weight_v, feed, removal, noise_});
    } else {
      use(Rate<Real, Dim, false>{weight_u, weight_v, feed, removal, {}});
    }
  }

 private:
  using Base = StagedSimulation<GrayScott<Real, Dim>, Real>;
  using Base::context_, Base::space, Base::fields;

  Options options_;
  CellNoise noise_;
};

}  // namespace tarn::apps::gray_scott
