#include "tarn/ops/diffusion/multigrid_level.hpp"

#include <algorithm>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/ops/diffusion/multigrid_kernels.hpp"

namespace tarn::ops::detail {

namespace {

/// Cells up to which every rank works on the whole grid: exchanging blocks of it would take longer.
constexpr std::int64_t cells_for_all = 32768;

LevelGrid coarse_grid(const LevelGrid& finer, const AxisPairs& paired) {
  Domain domain = finer.grid().domain();
  for (int axis = 0; axis < 3; ++axis)
    domain.cells[axis] = (domain.cells[axis] + paired[axis]) >> paired[axis];
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
template <class Real>
Field<Real, 3> coarse_faces(const Space& space, const FaceSide& side, MultigridLevel<Real>& finer,
                            const MultigridLevel<Real>& coarse, GhostCells<Real>& ghosts) {
  const auto fine = finer.at.grid().template make_field<Real>("tarn::ops::fine_faces");
  finer.with(0, 1, [&](const auto& stencil) {
    for_each_cell("tarn::ops::face_conductance", space, finer.at.grid().interior(),
                  FaceConductance<std::decay_t<decltype(stencil)>, Real>{stencil, side, fine});
  });
  ghosts.fill(fine);
  CellRange box;
  for (int axis = 0; axis < 3; ++axis) {
    box.begin[axis] = finer.part.origin[axis];
    box.end[axis] = box.begin[axis] + static_cast<int>(finer.part.values.extent(static_cast<std::size_t>(2 - axis)));
  }
  for_each_cell(
      "tarn::ops::sum_faces", space, box,
      SumFaces<Real>{side, placed<Real>(finer.at, fine), finer.part, Children{finer.paired, cells_of(finer.at.grid())},
                     distances(finer, side.axis), distances(coarse, side.axis)});
  const auto result = coarse.at.grid().template make_field<Real>("tarn::ops::coarse_faces");
  finer.down->run(space, finer.part, placed<Real>(coarse.at, result));
  space.fence();
  return result;
}

/// The faces across an axis as a stencil reads them: the lower ones, and behind the block the last cells' upper ones.
template <class Real>
Field<Real, 3> joined_faces(const Space& space, int axis, MultigridLevel<Real>& finer,
                            const MultigridLevel<Real>& coarse, GhostCells<Real>& ghosts) {
  const auto lower = coarse_faces<Real>(space, {axis, false}, finer, coarse, ghosts);
  const auto upper = coarse_faces<Real>(space, {axis, true}, finer, coarse, ghosts);
  CellRange slab = coarse.at.grid().interior();
  slab.begin[axis] = slab.end[axis];
  ++slab.end[axis];
  for_each_cell("tarn::ops::close_faces", space, slab, CloseFaces<Real>{axis, upper, lower});
  space.fence();
  return lower;
}

/// The largest diffusivity on the faces across an axis, the same on every rank. Collective.
template <class Real>
double largest_on_faces(const DiffusionOperator<Real>& a, int axis) {
  if (!a.kappa().variable) return a.kappa().constant[axis];
  const CellRange box = a.grid().interior();
  Real largest = 0;
  Kokkos::parallel_reduce("tarn::ops::largest_on_faces",
                          Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(a.patch().space(), 0, box.size()),
                          LargestInBox<Real>{a.kappa().on_face[axis], box}, Kokkos::Max<Real>(largest));
  return std::max(0.0, a.patch().ranks().max(static_cast<double>(largest)));
}

}  // namespace

AxisPairs pairs_for(const std::array<int, 3>& cells, const std::array<double, 3>& coupling) {
  constexpr double weakest = 0.25;
  double strongest = 0;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (cells[axis] > 1) strongest = std::max(strongest, coupling[axis]);
  AxisPairs paired{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    paired[axis] = cells[axis] > 1 && coupling[axis] >= weakest * strongest ? 1 : 0;
  return paired;
}

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
    weight[axis] = (variable ? 1 : a.kappa().constant[axis]) / (dx * dx);
    place[axis] = axis_place(at.grid(), a.faces(), axis);
    coupling[axis] = largest_on_faces(a, axis) / (dx * dx);
  }
  paired = pairs_for(at.grid().domain().cells, coupling);
}

template <class Real>
MultigridLevel<Real>::MultigridLevel(MultigridLevel& finer, const FaceConditions& faces)
    : at(coarse_grid(finer.at, finer.paired)), ghosts(at.patch, faces) {
  for (int axis = 0; axis < at.grid().dimensions(); ++axis) {
    const auto& fine = finer.place[axis];
    const int fine_cells = finer.at.grid().domain().cells[axis];
    place[axis] = axis_place(at.grid(), faces, axis);
    const bool pairs = finer.paired[axis] == 1;
    place[axis].width = pairs ? 2 * fine.width : fine.width;
    place[axis].last_width = pairs && fine_cells % 2 == 0 ? fine.width + fine.last_width : fine.last_width;
    coupling[axis] = pairs ? finer.coupling[axis] / 4 : finer.coupling[axis];
  }
  paired = pairs_for(at.grid().domain().cells, coupling);
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
    const int pairs = finer.paired[axis];
    computed.begin[axis] = (fine.begin[axis] + pairs) >> pairs;
    computed.end[axis] = (fine.end[axis] + pairs) >> pairs;
    covering.begin[axis] = fine.begin[axis] >> pairs;
    covering.end[axis] = ((fine.end[axis] - 1) >> pairs) + 1;
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
  for (int axis = 0; axis < at.grid().dimensions(); ++axis)
    face[axis] = joined_faces<Real>(space, axis, finer, *this, ghosts_of_faces);
}

template struct MultigridLevel<float>;
template struct MultigridLevel<double>;

}  // namespace tarn::ops::detail
