#pragma once

#include <utility>
#include <vector>

#include "tarn/apps/euler/simulation.hpp"

// How Euler takes a step.

namespace tarn::apps::euler {

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
    const auto counts = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, on_gpu_.counts);
    Kokkos::deep_copy(space(), on_gpu_.counts, std::int64_t{0});
    found.unsound += counts(0);
    found.unsound_sides += counts(1);
    return found;
  } else {
    return {};
  }
}

/// One stage, with the halo exchange behind the cells inside. On a GPU the cells beside the cuts cost more than what
/// NCCL takes, since a march has to begin for them: all wait for it there.
template <class Real, int Dim>
Found Euler<Real, Dim>::run(const Stage& stage) {
  const Patch& patch = context_.patch;
  {
    const auto timer = context_.regions.time("halo", ghosts_.bytes_per_fill());
    ghosts_.start(stage.now, stage.time, false);
  }
  const bool overlaps = patch.is_cut() && patch.transport().kind() != Transport::Kind::nccl;
  const int width = width_of(options_.reconstruction);
  Found found;
  if (overlaps) found += compute(stage, patch.inner(width));
  {
    const auto timer = context_.regions.time("halo");
    ghosts_.finish(stage.now, stage.time);
  }
  if (!overlaps) return compute(stage, context_.grid.interior());
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
    stage_on_gpu<Real, Dim>(space(), scheme_, rounded(stage.weights), fields, box, on_gpu_);
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
  fill_field<Real>(space(), marks_, 0);
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
  if (marked == 0) return;
  fallbacks_.add(stage.time, redone(marked));
  if (options_.least_density > 0 || options_.least_pressure > 0)
    fallbacks_.raised += count("tarn::euler::raise", RaiseToFloors<Real, Dim>{scheme_.look, stage.out});
  if (together(look(stage.out)).unsound > 0)
    fail(stage.out, 0,
         fmt::format("a stage at time {:g} gave a state that is not sound, in first order too", stage.time));
}

/// Where the marked cells are.
template <class Real, int Dim>
RedoneCells Euler<Real, Dim>::redone(std::int64_t count) const {
  const Grid& grid = context_.grid;
  const CellNumbers numbers(grid);
  RedoneCells cells{.count = count, .first = {}};
  for (std::int64_t last = -1; static_cast<int>(cells.first.size()) < Fallbacks::most_places;) {
    const FindMarked<Real> find{marks_, numbers, last};
    last = ranks().min(ops::reduce_cells<FirstCell>("tarn::euler::find", space(), grid.interior(), find).number);
    if (last == FirstCell::none) break;
    cells.first.push_back(last);
  }
  const auto here = ops::reduce_cells<CellBox>("tarn::euler::box", space(), grid.interior(), BoxOfMarked<Real>{marks_});
  for (int axis = 0; axis < 3; ++axis) {
    const auto in_domain = std::int64_t{grid.offset(axis)} - grid.ghosts(axis);  // small beside CellBox::none
    cells.lower[axis] = ranks().min(here.lower[axis] + in_domain);
    cells.upper[axis] = ranks().max(here.upper[axis] + in_domain);
  }
  return cells;
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
Found Euler<Real, Dim>::look(const Look<Real, Dim>& look, const Fields<Real>& u) const {
  return ops::reduce_cells<Found>("tarn::euler::look", space(), context_.grid.interior(),
                                  LookAtCells<Real, Dim>{look, u});
}

template <class Real, int Dim>
Found Euler<Real, Dim>::together(const Found& found) const {
  std::int64_t counts[2] = {found.unsound, found.unsound_sides};
  ranks().sum(counts, 2);
  return {ranks().max(found.fastest), counts[0], counts[1]};
}

/// Throws on every rank, with the first cell that is unsound, or the first with so fast signals.
template <class Real, int Dim>
void Euler<Real, Dim>::fail(const Look<Real, Dim>& look, const Fields<Real>& u, double fastest,
                            const std::string& what) {
  const CellNumbers numbers(context_.grid);
  const FindCell<Real, Dim> find{look, u, numbers, static_cast<Real>(fastest)};
  const auto here = ops::reduce_cells<FirstCell>("tarn::euler::find", space(), context_.grid.interior(), find).number;
  const auto first = ranks().min(here);
  ghosts_.fill(u, time_);  // cells of other ranks may be beside the one that is told of
  ranks().agree([&] {
    if (here != first || first == FirstCell::none) return;
    const auto text = [&](const Fields<Real>& state) {
      return describe_cell<Real, Dim>(context_.grid, scheme_.look.gas, state, first);
    };
    const std::string before = u.data() == u_.data() ? "" : "; before the step:" + text(u_).substr(1);
    throw NumericsError(what + text(u) + before);
  });
  throw NumericsError(what);
}

}  // namespace tarn::apps::euler
