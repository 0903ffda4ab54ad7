#include "tarn/ops/diffusion/multigrid_level.hpp"

#include <algorithm>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/diffusion/multigrid_kernels.hpp"

namespace tarn::ops::detail {

namespace {

/// Cells up to which every rank works on the whole grid: exchanging blocks of it would take longer.
constexpr std::int64_t cells_for_all = 32768;

LevelGrid coarse_grid(const LevelGrid& finer) {
  Domain domain = finer.grid().domain();
  for (auto& cells : domain.cells)
    cells = (cells + 1) / 2;
  const auto cut = [&](const Communicator& ranks) {
    return Patch(finer.patch.space(), ranks, domain, 1, finer.patch.transport());
  };
  if (!finer.alone && domain.size() > cells_for_all) {
    try {
      return {nullptr, finer.ranks, cut(*finer.ranks)};
    } catch (const UsageError&) {
      // too few cells along the axes for so many ranks, and the same on each of them
    }
  }
  const auto alone = finer.alone ? finer.alone : std::make_shared<Communicator>(MPI_COMM_SELF);
  return {alone, finer.ranks, cut(*alone)};
}

/// A field over a box of places in the domain, which may be empty.
template <class Real>
PlacedField<Real> field_over(const std::string& label, const CellRange& box) {
  const auto extent = [&](int axis) { return static_cast<std::size_t>(std::max(0, box.extent(axis))); };
  return {Field<Real, 3>(label, extent(2), extent(1), extent(0)), box.begin};
}

template <class Real>
PlacedField<Real> placed(const LevelGrid& at, const Field<Real, 3>& field) {
  return {field, at.origin()};
}

template <class Real>
AxisDistances distances(const MultigridLevel<Real>& level, int axis) {
  return {level.at.grid().domain().cells[axis], level.place[axis].width, level.place[axis].last_width,
          level.at.grid().domain().periodic[axis]};
}

Kokkos::Array<int, 3> cells_of(const Grid& grid) {
  return {grid.domain().cells[0], grid.domain().cells[1], grid.domain().cells[2]};
}

/// The faces on one side of all cells along an axis: from the finer level's, summed up on the rank that has the first
/// fine cell of a coarse one, and brought to where the coarse level needs them.
template <class Real, int Axis, bool Upper>
Field<Real, 3> coarse_faces(const Space& space, MultigridLevel<Real>& finer, const MultigridLevel<Real>& coarse,
                            GhostCells<Real>& ghosts) {
  const auto fine = finer.at.grid().template make_field<Real>("tarn::ops::fine_faces");
  finer.with(0, 1, [&](const auto& stencil) {
    set_cells("tarn::ops::face_conductance", space, finer.at.grid().interior(), fine,
              FaceConductance<std::decay_t<decltype(stencil)>, Real, Axis, Upper>{stencil});
  });
  ghosts.fill(fine);
  CellRange box;
  for (int axis = 0; axis < 3; ++axis) {
    box.begin[axis] = finer.part.origin[axis];
    box.end[axis] = box.begin[axis] + static_cast<int>(finer.part.values.extent(static_cast<std::size_t>(2 - axis)));
  }
  for_each_cell("tarn::ops::sum_faces", space, box,
                SumFaces<Real, Axis, Upper>{placed<Real>(finer.at, fine), finer.part, cells_of(finer.at.grid()),
                                            distances(finer, Axis), distances(coarse, Axis)});
  const auto result = coarse.at.grid().template make_field<Real>("tarn::ops::coarse_faces");
  finer.down->run(space, finer.part, placed<Real>(coarse.at, result));
  space.fence();
  return result;
}

/// The faces across an axis as a stencil reads them: the lower ones, and behind the block the last cells' upper ones.
template <class Real, int Axis>
Field<Real, 3> joined_faces(const Space& space, MultigridLevel<Real>& finer, const MultigridLevel<Real>& coarse,
                            GhostCells<Real>& ghosts) {
  const auto lower = coarse_faces<Real, Axis, false>(space, finer, coarse, ghosts);
  const auto upper = coarse_faces<Real, Axis, true>(space, finer, coarse, ghosts);
  CellRange slab = coarse.at.grid().interior();
  slab.begin[Axis] = slab.end[Axis];
  ++slab.end[Axis];
  for_each_cell("tarn::ops::close_faces", space, slab, CloseFaces<Real, Axis>{upper, lower});
  space.fence();
  return lower;
}

}  // namespace

CellRange LevelGrid::block() const {
  CellRange box;
  for (int axis = 0; axis < 3; ++axis) {
    box.begin[axis] = grid().offset(axis);
    box.end[axis] = box.begin[axis] + grid().cells(axis);
  }
  return box;
}

Kokkos::Array<int, 3> LevelGrid::origin() const {
  return {grid().offset(0) - grid().ghosts(0), grid().offset(1) - grid().ghosts(1),
          grid().offset(2) - grid().ghosts(2)};
}

template <class Real>
MultigridLevel<Real>::MultigridLevel(const DiffusionOperator<Real>& a)
    : at{nullptr, &a.patch().ranks(), a.patch()},
      ghosts(a.patch(), a.faces()),
      variable(a.kappa().variable),
      face(a.kappa().on_face) {
  for (int axis = 0; axis < at.grid().dimensions(); ++axis) {
    const double dx = at.grid().spacing(axis);
    weight[axis] = (variable ? 1 : a.kappa().constant) / (dx * dx);
    place[axis] = axis_place(at.grid(), a.faces(), axis);
  }
}

template <class Real>
MultigridLevel<Real>::MultigridLevel(MultigridLevel& finer, const FaceConditions& faces)
    : at(coarse_grid(finer.at)), ghosts(at.patch, faces) {
  for (int axis = 0; axis < at.grid().dimensions(); ++axis) {
    const auto& fine = finer.place[axis];
    const int fine_cells = finer.at.grid().domain().cells[axis];
    place[axis] = axis_place(at.grid(), faces, axis);
    place[axis].width = 2 * fine.width;
    place[axis].last_width = fine_cells % 2 == 0 ? fine.width + fine.last_width : fine.last_width;
  }
  right_side = at.grid().template make_field<Real>("tarn::ops::multigrid_right_side");
  correction = at.grid().template make_field<Real>("tarn::ops::multigrid_correction");
  connect(finer);
  make_faces(finer);
}

template <class Real>
void MultigridLevel<Real>::connect(MultigridLevel& finer) {
  const CellRange fine = finer.at.block();
  CellRange computed, covering;
  for (int axis = 0; axis < 3; ++axis) {
    computed.begin[axis] = (fine.begin[axis] + 1) / 2;
    computed.end[axis] = (fine.end[axis] + 1) / 2;
    covering.begin[axis] = fine.begin[axis] / 2;
    covering.end[axis] = (fine.end[axis] - 1) / 2 + 1;
  }
  finer.residual = finer.at.grid().template make_field<Real>("tarn::ops::multigrid_residual");
  finer.part = field_over<Real>("tarn::ops::multigrid_part", computed);
  finer.cover = field_over<Real>("tarn::ops::multigrid_cover", covering);
  const auto& ranks = finer.at.patch.ranks();
  finer.down = std::make_unique<BoxTransfer<Real>>(ranks, computed, at.block(), false);
  finer.up = std::make_unique<BoxTransfer<Real>>(ranks, at.block(), covering, at.alone != nullptr);
}

template <class Real>
void MultigridLevel<Real>::make_faces(MultigridLevel& finer) {
  // Conductances beyond the domain are not used.
  GhostCells<Real> ghosts_of_faces(finer.at.patch, same_conditions({FaceRule::mirror, 1}));
  const Space& space = finer.at.patch.space();
  face[0] = joined_faces<Real, 0>(space, finer, *this, ghosts_of_faces);
  if (at.grid().dimensions() > 1) face[1] = joined_faces<Real, 1>(space, finer, *this, ghosts_of_faces);
  if (at.grid().dimensions() > 2) face[2] = joined_faces<Real, 2>(space, finer, *this, ghosts_of_faces);
}

template struct MultigridLevel<float>;
template struct MultigridLevel<double>;

}  // namespace tarn::ops::detail
