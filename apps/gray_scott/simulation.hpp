#pragma once

#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/staged_simulation.hpp"
#include "tarn/apps/gray_scott/gray_scott.hpp"
#include "tarn/apps/gray_scott/rate.hpp"

namespace tarn::apps::gray_scott {

template <class Real, int Dim>
class GrayScott : public StagedSimulation<GrayScott<Real, Dim>, Real> {
 public:
  static constexpr bool uses(ops::Scheme scheme) {
    return scheme == ops::Scheme::euler || scheme == ops::Scheme::ssp_rk2 || scheme == ops::Scheme::rk4;
  }

  /// "neumann" lets nothing through, "held" keeps the initial values.
  explicit GrayScott(const SimulationContext& context)
      : Base(context, face_conditions(context.deck, {{"neumann", FaceRule::mirror}, {"held", FaceRule::held}}, 2),
             state),
        options_(options_of(context.deck)) {
    const Grid& grid = context.grid;
    this->start(options_.scheme, 0, this->initial_state({"gray_scott.initial.u", "gray_scott.initial.v"}));
    if (options_.scheme == ops::Scheme::euler) this->make_in_a_pass(StepsPerPass::of(context.deck, "gray_scott"));
    noise_.size = options_.noise;
    noise_.seed = static_cast<std::uint64_t>(context.deck.integer("run.seed"));
    for (int axis = 0; axis < 3; ++axis) {
      noise_.first[axis] = grid.offset(axis) - grid.ghosts(axis);
      noise_.cells[axis] = grid.domain().cells[axis];
    }
  }

  double largest_step() override { return options_.largest_step; }

  void begin_step(double time) { noise_.stream = noise_stream(time); }

  /// Columns: the extremes of both fields and their integrals over the domain.
  std::vector<HistoryValue> history() const override {
    const double volume = cell_volume(context_.grid);
    std::vector<HistoryValue> columns;
    for (int field = 0; field < 2; ++field) {
      const auto s = this->statistics(field);
      const std::string& name = state[static_cast<std::size_t>(field)].name;
      columns.push_back({name + "_minimum", s.minimum});
      columns.push_back({name + "_maximum", s.maximum});
      columns.push_back({name + "_integral", s.sum * volume});
    }
    return columns;
  }

  void prepare(double) {}
  bool depends_on_time() const { return options_.noise > 0; }  // each step has random numbers of its own
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
  using Base::context_;

  Options options_;
  CellNoise noise_;
};

}  // namespace tarn::apps::gray_scott
