#include "tarn/core/grid/ghost_cells.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn {

namespace {

using detail::EndRules;
using detail::GhostRule;
using detail::GhostSource;

GhostSource source_of(const Patch& patch, int axis, int side) {
  if (patch.is_cut(axis, side)) return GhostSource::other_rank;
  return patch.at_boundary(axis, side) ? GhostSource::boundary : GhostSource::wrap;
}

/// The rules of an axis (side, field) in memory of the host.
template <class Real>
using HostRules =
    Kokkos::View<GhostRule<Real>**, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// How many layers of given values a rule reads.
int layers_of(FaceRule rule) {
  if (rule == FaceRule::robin) return 3;
  return rule == FaceRule::value || rule == FaceRule::slope ? 1 : 0;
}

}  // namespace

template <class Real>
GhostCells<Real>::GhostCells(const Patch& patch, const FaceConditions& conditions, int fields)
    : patch_(patch), fields_(fields), halo_(patch, fields) {
  for (int axis = 0; axis < patch.grid().dimensions(); ++axis) {
    make_rules(axis, conditions);
    for (const Part part : {Part::all, Part::inner, Part::beyond_cuts})
      places_[axis][static_cast<std::size_t>(part)] = places(axis, part);
  }
  if (patch.grid().dimensions() == 3 && !patch.is_cut() && !has_own_rules())
    y_and_z_ = CellBoxes(patch.space(), {ends_box(1, tangential(1, Part::all)), ends_box(2, tangential(2, Part::all))});
}

template <class Real>
void GhostCells<Real>::make_rules(int axis, const FaceConditions& conditions) {
  const Grid& grid = patch_.grid();
  auto& ends = ends_[axis];
  ends.ghosts = grid.ghosts(axis);
  ends.cells = grid.cells(axis);
  ends.spacing = static_cast<Real>(grid.spacing(axis));
  const int slower = axis == 2 ? 1 : 2, faster = axis == 0 ? 1 : 0;
  const Space& space = patch_.space();
  const auto count = static_cast<std::size_t>(fields_);
  std::vector<GhostRule<Real>> all(2 * count);  // no View of the host's: its end waits for all instances
  const HostRules<Real> host(all.data(), 2, count);
  for (int side = 0; side < 2; ++side) {
    ends.sources[side] = source_of(patch_, axis, side);
    if (ends.sources[side] != GhostSource::boundary) continue;
    const auto& asked = conditions[axis][side];
    require(static_cast<int>(asked.size()) == fields_,
            fmt::format("ghost cells: the {} face of {} has conditions for {} fields of {}",
                        side == 0 ? "lower" : "upper", "xyz"[axis], asked.size(), fields_));
    const auto is_own = [](const FaceCondition& condition) { return condition.rule == FaceRule::own; };
    const auto own = std::count_if(asked.begin(), asked.end(), is_own);
    require(own == 0 || own == fields_, "ghost cells: a face is an app's own for all fields or for none");
    int layers = 0;
    for (int field = 0; field < fields_; ++field) {
      const FaceCondition& condition = asked[static_cast<std::size_t>(field)];
      host(side, field) = {condition.rule, static_cast<Real>(condition.factor), layers};
      rules_[axis][side].push_back(host(side, field));
      layers += layers_of(condition.rule);
    }
    if (layers == 0) continue;
    given_[axis][side] = make_array<Real>(memory().device(), space, Fill::zero, "tarn::ghost_cells::given", layers,
                                          grid.extent(slower), grid.extent(faster));
    ends.given[side] = given_[axis][side];
    for (int field = 0; field < fields_; ++field) {
      if (host(side, field).rule == FaceRule::robin) Kokkos::deep_copy(space, given(axis, side, field, 0), Real(1));
    }
  }
  const auto rules =
      pool_view<Field<GhostRule<Real>, 2>>(memory().device(), stream_of(space), "tarn::ghost_cells::rules", 2, count);
  upload(space, rules, host, "tarn::ghost_cells::rules");
  ends.rules = rules;
}

template <class Real>
Field<Real, 2> GhostCells<Real>::given(int axis, int side, int field, int part) const {
  const auto& rules = rules_[axis][side];
  if (rules.empty()) return {};
  const auto& own = rules.at(static_cast<std::size_t>(field));
  if (part < 0 || part >= layers_of(own.rule)) return {};
  return Kokkos::subview(given_[axis][side], own.given + part, Kokkos::ALL, Kokkos::ALL);
}

/// Along the other axes: those filled before with their ghosts, and later ones with those of other ranks. Part::inner
/// leaves out whatever needs a message.
template <class Real>
CellRange GhostCells<Real>::tangential(int axis, Part part) const {
  CellRange box = patch_.grid().interior();
  for (int other = 0; other < patch_.grid().dimensions(); ++other) {
    if (other == axis) continue;
    const bool before = other < axis;
    const auto taken = [&](int side) {
      const bool cut = patch_.is_cut(other, side);
      return part == Part::all ? before || cut : before && !cut;
    };
    if (taken(0)) box.begin[other] = 0;
    if (taken(1)) box.end[other] = patch_.grid().extent(other);
  }
  return box;
}

template <class Real>
typename GhostCells<Real>::Places GhostCells<Real>::places(int axis, Part part) const {
  std::vector<CellRange> boxes{tangential(axis, Part::all)}, ends;
  if (part == Part::inner) boxes = {tangential(axis, Part::inner)};
  if (part == Part::beyond_cuts) boxes = cells_around(tangential(axis, Part::inner), tangential(axis, Part::all));
  for (const CellRange& box : boxes)
    ends.push_back(ends_box(axis, box));
  return {boxes, CellBoxes(patch_.space(), ends)};
}

/// The loop's box for the ghosts at the ends of the block that are filled from the block: along the axis in the
/// numbering of detail::EndPlace.
template <class Real>
CellRange GhostCells<Real>::ends_box(int axis, CellRange tangential) const {
  const int ghosts = patch_.grid().ghosts(axis);
  tangential.begin[axis] = ends_[axis].sources[0] == GhostSource::other_rank ? ghosts : 0;
  tangential.end[axis] = ends_[axis].sources[1] == GhostSource::other_rank ? ghosts : 2 * ghosts;
  return tangential;
}

/// Whether the rows that a kernel wrote with row_ends() have all their ghosts.
template <class Real>
bool GhostCells<Real>::rows_ended() const {
  const auto is_own = [](const GhostRule<Real>& own) { return own.rule == FaceRule::own; };
  for (const auto& rules : rules_[0]) {
    if (std::any_of(rules.begin(), rules.end(), is_own)) return false;
  }
  return !patch_.is_cut(0, 0) && !patch_.is_cut(0, 1);
}

template <class Real>
bool GhostCells<Real>::has_own_rules() const {
  const auto is_own = [](const GhostRule<Real>& rule) { return rule.rule == FaceRule::own; };
  for (const auto& sides : rules_) {
    for (const auto& rules : sides) {
      if (std::any_of(rules.begin(), rules.end(), is_own)) return true;
    }
  }
  return false;
}

template <class Real>
std::int64_t GhostCells<Real>::bytes_from_axis(int first) const {
  std::int64_t moved = 0;
  for (int axis = first; axis < patch_.grid().dimensions(); ++axis)
    moved += 2 * ends_box(axis, tangential(axis, Part::all)).size();
  return moved * fields_ * static_cast<std::int64_t>(sizeof(Real));
}

template <class Real>
RowEnds<Real> GhostCells<Real>::row_ends(const Fields<Real>& u) const {
  patch_.grid().require_extents("ghost cells", u.extent(1), u.extent(2), u.extent(3));
  return {u, ends_[0]};
}

template <class Real>
void GhostCells<Real>::fill(const Fields<Real>& u, double time) {
  halo_.start(u);
  halo_.finish(u);
  fill_local(u, time, 0, Part::all);
}

template <class Real>
void GhostCells<Real>::fill_rest(const Fields<Real>& u, double time) {
  halo_.start(u);
  halo_.finish(u);
  fill_local(u, time, rows_ended() && halo_.empty() ? 1 : 0, Part::all);
}

template <class Real>
void GhostCells<Real>::start(const Fields<Real>& u, double time, bool row_ends_filled) {
  halo_.start(u);
  fill_local(u, time, row_ends_filled && rows_ended() ? 1 : 0, Part::inner);
}

template <class Real>
void GhostCells<Real>::finish(const Fields<Real>& u, double time) {
  if (halo_.empty()) return;
  halo_.finish(u);
  fill_local(u, time, 0, Part::beyond_cuts);
}

template <class Real>
void GhostCells<Real>::fill_local(const Fields<Real>& u, double time, int first_axis, Part part) {
  const Grid& grid = patch_.grid();
  grid.require_extents("ghost cells", u.extent(1), u.extent(2), u.extent(3));
  require(static_cast<int>(u.extent(0)) == fields_,
          fmt::format("ghost cells: made for {} fields, called with {}", fields_, u.extent(0)));
  if (grid.ghosts(0) == 0) return;
  for (int axis = first_axis; axis < grid.dimensions(); ++axis) {
    const Places& filled = places_[axis][static_cast<std::size_t>(part)];
    if (axis == 0) fill_axis<0>(u, time, filled);
    if (axis == 1 && y_and_z_.cells() > 0) {
      for_each_cell("tarn::ghost_cells::fill_y_and_z", patch_.space(), y_and_z_,
                    detail::FillYAndZ<Real>{u, ends_[1], ends_[2]});
      return;
    }
    if (axis == 1) fill_axis<1>(u, time, filled);
    if (axis == 2) fill_axis<2>(u, time, filled);
  }
}

template <class Real>
template <int Axis>
void GhostCells<Real>::fill_axis(const Fields<Real>& u, double time, const Places& places) {
  for_each_cell("tarn::ghost_cells::fill_ends", patch_.space(), places.ends,
                detail::FillEnds<Real, Axis>{u, ends_[Axis]});
  if (!own_) return;
  for (int side = 0; side < 2; ++side) {
    const auto& rules = rules_[Axis][side];
    if (rules.empty() || rules.front().rule != FaceRule::own) continue;
    const int width = patch_.grid().ghosts(Axis);
    for (const CellRange& box : places.tangential) {
      GhostFace face{Axis, side, box};
      face.cells.begin[Axis] = side == 0 ? 0 : width + patch_.grid().cells(Axis);
      face.cells.end[Axis] = face.cells.begin[Axis] + width;
      own_(u, face, time);
    }
  }
}

template class GhostCells<float>;
template class GhostCells<double>;

}  // namespace tarn
