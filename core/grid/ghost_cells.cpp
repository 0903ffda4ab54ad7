#include "tarn/core/grid/ghost_cells.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/memory/counted_copy.hpp"

namespace tarn {

namespace {

using detail::GhostSource;

template <class Real>
MPI_Datatype mpi_type() {
  return std::is_same_v<Real, float> ? MPI_FLOAT : MPI_DOUBLE;
}

/// The tag of the message that travels along an axis towards a side: two ranks that are each other's
/// neighbour on both sides tell the two messages apart by it.
int tag_of(int axis, int towards_side) {
  return 2 * axis + towards_side;
}

/// The first `size` numbers of a buffer.
template <class Buffer>
Buffer first(const Buffer& buffer, std::int64_t size) {
  return Kokkos::subview(buffer, Kokkos::make_pair(std::int64_t{0}, size));
}

void check_kinds(const Grid& grid, const BoundaryKinds& kinds) {
  for (int axis = 0; axis < grid.dimensions(); ++axis) {
    const bool lower = kinds[axis][0] == BoundaryKind::periodic, upper = kinds[axis][1] == BoundaryKind::periodic;
    require(
        lower == upper && lower == grid.domain().periodic[axis],
        fmt::format("ghost cells: axis {} is {}periodic at its lower end, {}periodic at its upper end and "
                    "{}periodic in the grid's domain",
                    "xyz"[axis], lower ? "" : "not ", upper ? "" : "not ", grid.domain().periodic[axis] ? "" : "not "));
  }
}

}  // namespace

template <class Real>
GhostCells<Real>::GhostCells(const Grid& grid, const Communicator& communicator, const BoundaryKinds& kinds,
                             MpiBuffers buffers)
    : grid_(grid), communicator_(&communicator), buffers_(buffers) {
  const auto& blocks = grid.decomposition();
  require(blocks.ranks(0) * blocks.ranks(1) * blocks.ranks(2) == communicator.size(),
          fmt::format("ghost cells: the grid is cut into {} x {} x {} blocks for {} ranks", blocks.ranks(0),
                      blocks.ranks(1), blocks.ranks(2), communicator.size()));
  check_kinds(grid, kinds);
  for (int axis = 0; axis < grid.dimensions(); ++axis)
    plans_[axis] = make_plan(axis, kinds[axis]);
  make_buffers();
}

/// The loop's box for the ghosts at one or both ends: along the axis in the numbering of detail::EndPlace,
/// along the axes filled before with their ghosts, along those that come later without.
template <class Real>
CellRange GhostCells<Real>::ends(int axis, bool lower, bool upper) const {
  CellRange box = grid_.interior();
  for (int before = 0; before < axis; ++before) {
    box.begin[before] = 0;
    box.end[before] = grid_.extent(before);
  }
  const int ghosts = grid_.ghosts(axis);
  box.begin[axis] = lower ? 0 : ghosts;
  box.end[axis] = upper ? 2 * ghosts : ghosts;
  return box;
}

template <class Real>
typename GhostCells<Real>::AxisPlan GhostCells<Real>::make_plan(int axis,
                                                                const std::array<BoundaryKind, 2>& kinds) const {
  const int slower = axis == 2 ? 1 : 2, faster = axis == 0 ? 1 : 0;
  AxisPlan plan;
  bool exchanged[2] = {};
  for (int side = 0; side < 2; ++side) {
    const int neighbor = grid_.decomposition().neighbor(axis, side);
    require(neighbor >= 0 || kinds[side] != BoundaryKind::periodic,
            "ghost cells: the decomposition was made for an axis that is not periodic");
    plan.neighbors[side] = neighbor;
    exchanged[side] = neighbor >= 0 && neighbor != communicator_->rank();
    if (neighbor >= 0) {
      plan.sources[side] = exchanged[side] ? GhostSource::other_rank : GhostSource::wrap;
    } else {
      plan.sources[side] = kinds[side] == BoundaryKind::dirichlet ? GhostSource::dirichlet : GhostSource::neumann;
      plan.values[side] = Field<Real, 2>("tarn::ghost_cells::face_values", grid_.extent(slower), grid_.extent(faster));
    }
  }
  plan.local = ends(axis, !exchanged[0], !exchanged[1]);
  plan.exchanged = ends(axis, exchanged[0], exchanged[1]);
  plan.message = ends(axis, true, false).size();
  plan.offset[1] = exchanged[0] ? plan.message : 0;
  require(plan.message <= std::numeric_limits<int>::max(), "ghost cells: a face is too large for one MPI message");
  return plan;
}

/// One set of buffers serves all axes, one after the other.
template <class Real>
void GhostCells<Real>::make_buffers() {
  std::int64_t largest = 0;
  for (const auto& plan : plans_)
    largest = std::max(largest, plan.exchanged.size());
  if (largest == 0) return;
  send_ = DeviceBuffer("tarn::ghost_cells::send", largest);
  receive_ = DeviceBuffer("tarn::ghost_cells::receive", largest);
  if (buffers_ == MpiBuffers::device) return;
  staged_send_ = PinnedBuffer("tarn::ghost_cells::staged_send", largest);
  staged_receive_ = PinnedBuffer("tarn::ghost_cells::staged_receive", largest);
}

template <class Real>
bool GhostCells<Real>::at_boundary(int axis, int side) const {
  return axis < grid_.dimensions() && plans_[axis].neighbors[side] < 0;
}

template <class Real>
Field<Real, 2> GhostCells<Real>::face_values(int axis, int side) const {
  return plans_[axis].values[side];
}

template <class Real>
std::int64_t GhostCells<Real>::bytes_from_axis(int first) const {
  std::int64_t moved = 0;
  for (std::size_t axis = first; axis < plans_.size(); ++axis)
    moved += 2 * plans_[axis].local.size() + 4 * plans_[axis].exchanged.size();
  return moved * static_cast<std::int64_t>(sizeof(Real));
}

template <class Real>
RowEnds<Real> GhostCells<Real>::row_ends(const Field<Real, 3>& u) const {
  grid_.require_extents("ghost cells", u.extent(0), u.extent(1), u.extent(2));
  const auto& plan = plans_[0];
  return {u,
          plan.values[0],
          plan.values[1],
          plan.sources,
          grid_.ghosts(0),
          grid_.cells(0),
          static_cast<Real>(grid_.spacing(0))};
}

template <class Real>
void GhostCells<Real>::fill(const Space& space, const Field<Real, 3>& u) {
  fill_from(space, u, 0);
}

template <class Real>
void GhostCells<Real>::fill_rest(const Space& space, const Field<Real, 3>& u) {
  fill_from(space, u, plans_[0].exchanged.empty() ? 1 : 0);
}

template <class Real>
void GhostCells<Real>::fill_from(const Space& space, const Field<Real, 3>& u, int first) {
  grid_.require_extents("ghost cells", u.extent(0), u.extent(1), u.extent(2));
  if (grid_.ghosts(0) == 0) return;
  if (first == 0) fill_axis<0>(space, u);
  if (grid_.dimensions() > 1) fill_axis<1>(space, u);
  if (grid_.dimensions() > 2) fill_axis<2>(space, u);
}

template <class Real>
template <int Axis>
void GhostCells<Real>::fill_axis(const Space& space, const Field<Real, 3>& u) {
  const auto& plan = plans_[Axis];
  if (!plan.exchanged.empty()) start_exchange<Axis>(space, u);
  // The block's own ends are filled while the messages travel.
  const detail::FillEnds<Real, Axis> fill_ends{u,
                                               plan.values[0],
                                               plan.values[1],
                                               plan.sources,
                                               grid_.ghosts(Axis),
                                               grid_.cells(Axis),
                                               static_cast<Real>(grid_.spacing(Axis))};
  for_each_cell("tarn::ghost_cells::fill_ends", space, plan.local, fill_ends);
  if (!plan.exchanged.empty()) finish_exchange<Axis>(space, u);
}

template <class Real>
template <int Axis>
void GhostCells<Real>::start_exchange(const Space& space, const Field<Real, 3>& u) {
  const auto& plan = plans_[Axis];
  const detail::CopyLayers<Real, Axis, true> pack{
      u, send_, plan.exchanged, plan.offset, grid_.ghosts(Axis), grid_.cells(Axis)};
  for_each_cell("tarn::ghost_cells::pack", space, plan.exchanged, pack);
  const auto used = plan.exchanged.size();
  if (buffers_ == MpiBuffers::staged)
    copy_to_host(space, "tarn::ghost_cells", first(staged_send_, used), first(send_, used));
  // Packed, and the buffers' last unpacking done.
  space.fence();
  post_messages(Axis);
}

template <class Real>
void GhostCells<Real>::post_messages(int axis) {
  const auto& plan = plans_[axis];
  const bool staged = buffers_ == MpiBuffers::staged;
  Real* const send = staged ? staged_send_.data() : send_.data();
  Real* const receive = staged ? staged_receive_.data() : receive_.data();
  const auto count = static_cast<int>(plan.message);
  for (int side = 0; side < 2; ++side) {
    if (plan.sources[side] != GhostSource::other_rank) continue;
    MPI_Irecv(receive + plan.offset[side], count, mpi_type<Real>(), plan.neighbors[side], tag_of(axis, 1 - side),
              communicator_->handle(), &requests_[side]);
  }
  for (int side = 0; side < 2; ++side) {
    if (plan.sources[side] != GhostSource::other_rank) continue;
    MPI_Isend(send + plan.offset[side], count, mpi_type<Real>(), plan.neighbors[side], tag_of(axis, side),
              communicator_->handle(), &requests_[2 + side]);
  }
}

template <class Real>
template <int Axis>
void GhostCells<Real>::finish_exchange(const Space& space, const Field<Real, 3>& u) {
  const auto& plan = plans_[Axis];
  MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
  const auto used = plan.exchanged.size();
  if (buffers_ == MpiBuffers::staged) {
    copy_to_device(space, "tarn::ghost_cells", first(receive_, used), first(staged_receive_, used));
  }
  const detail::CopyLayers<Real, Axis, false> unpack{u,           receive_,           plan.exchanged,
                                                     plan.offset, grid_.ghosts(Axis), grid_.cells(Axis)};
  for_each_cell("tarn::ghost_cells::unpack", space, plan.exchanged, unpack);
}

template class GhostCells<float>;
template class GhostCells<double>;

}  // namespace tarn
