#pragma once

#include <array>
#include <cstdint>

#include "tarn/core/grid/ghost_kernels.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/row_ends.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/parallel/device_mpi.hpp"

namespace tarn {

/// What stands beyond the end of an axis.
enum class BoundaryKind {
  periodic,   ///< the cells of the other end; a kind of both ends or of neither
  dirichlet,  ///< the value on the face is given
  neumann,    ///< the derivative along the axis on the face is given
};

/// Boundary kinds of the axes x, y, z, each [lower, upper].
using BoundaryKinds = std::array<std::array<BoundaryKind, 2>, 3>;

/// Fills the ghost layers of fields on one grid: from the neighbour ranks, and from the boundary conditions
/// at the ends of the domain. One object serves any number of fields that share their boundary conditions.
template <class Real>
class GhostCells {
 public:
  /// @param communicator  the ranks that the grid's decomposition was made for; must outlive this object
  /// @param kinds  of the used axes; those of axes beyond the grid's dimensions are not looked at
  /// @throws Error if a periodic kind stands at one end of an axis only, or disagrees with the grid's domain, or if the
  ///         communicator's size is not that of the decomposition
  GhostCells(const Grid& grid, const Communicator& communicator, const BoundaryKinds& kinds, MpiBuffers buffers);

  /// Whether this rank's block touches the lower (side 0) or upper (side 1) end of an axis of the domain that
  /// is not periodic.
  bool at_boundary(int axis, int side) const;

  /// The prescribed value of every tangential cell of a face, ghosts included: for dirichlet u on the face,
  /// for neumann the derivative along the axis (not along the outward normal) on the face. Zeros at first;
  /// the caller writes them on the device, ghosts too, since corners are filled with them.
  /// @returns (extent of the slower tangential axis, of the faster one): (z, y) for axis 0, (z, x) for axis 1,
  ///          (y, x) for axis 2; empty where at_boundary() is false
  Field<Real, 2> face_values(int axis, int side) const;

  /// Fills all ghosts of a field, edges and corners included: axis x, then y, then z, each taking along the
  /// ghosts that were filled before, so that a ghost has the same bits on every decomposition. Collective.
  ///
  /// With m counting layers from 0 at the face, whose value is v or whose derivative is g:
  /// dirichlet u(-1-m) = 2 v - u(m), neumann u(-1-m) = u(m) - (2m+1) dx g (+ at the upper end); both are
  /// second order accurate at the face (LeVeque, Finite Difference Methods, 2007, section 2.12).
  /// @param space  instance the work is enqueued on; work enqueued on it later sees the ghosts without a fence.
  ///               Fills on different instances need a fence between them.
  /// @param u      (extent z, y, x) of the grid, the block's own cells written; no fence needed before
  /// @throws ShapeMismatch if `u` has not the grid's extents
  void fill(const Space& space, const Field<Real, 3>& u);

  /// For set_cells(): fills the ghosts of axis x that come from the block itself while `u` is written. Prescribed
  /// values count as they are when the kernel runs.
  /// @throws ShapeMismatch if `u` has not the grid's extents
  RowEnds<Real> row_ends(const Field<Real, 3>& u) const;

  /// fill() for a field that was written with row_ends(): fills the other ghosts. The result has the same bits.
  void fill_rest(const Space& space, const Field<Real, 3>& u);

  /// Bytes that one fill() moves in this rank's device memory: a ghost that is filled from the block is read
  /// and written once, one that comes from another rank twice, for packing and unpacking.
  std::int64_t bytes_per_fill() const { return bytes_from_axis(0); }
  /// The same of fill_rest().
  std::int64_t bytes_per_fill_rest() const { return bytes_from_axis(plans_[0].exchanged.empty() ? 1 : 0); }

 private:
  /// What this rank does at the two ends of its block along an axis.
  struct AxisPlan {
    Kokkos::Array<detail::GhostSource, 2> sources{};
    std::array<int, 2> neighbors{-1, -1};
    CellRange local;           ///< ghosts filled from the block itself, in the numbering of detail::EndPlace
    CellRange exchanged;       ///< ghosts that come from other ranks
    std::int64_t message = 0;  ///< numbers sent to each neighbour
    Kokkos::Array<std::int64_t, 2> offset{};  ///< where a side's message starts in the buffers
    std::array<Field<Real, 2>, 2> values;
  };

  using DeviceBuffer = Field<Real, 1>;
  using PinnedBuffer = Kokkos::View<Real*, Kokkos::LayoutRight, PinnedSpace>;

  AxisPlan make_plan(int axis, const std::array<BoundaryKind, 2>& kinds) const;
  CellRange ends(int axis, bool lower, bool upper) const;
  void make_buffers();

  std::int64_t bytes_from_axis(int first) const;
  void fill_from(const Space& space, const Field<Real, 3>& u, int first);
  template <int Axis>
  void fill_axis(const Space& space, const Field<Real, 3>& u);
  template <int Axis>
  void start_exchange(const Space& space, const Field<Real, 3>& u);
  template <int Axis>
  void finish_exchange(const Space& space, const Field<Real, 3>& u);
  void post_messages(int axis);

  Grid grid_;
  const Communicator* communicator_;
  MpiBuffers buffers_;
  std::array<AxisPlan, 3> plans_;
  DeviceBuffer send_, receive_;
  PinnedBuffer staged_send_, staged_receive_;
  std::array<MPI_Request, 4> requests_{MPI_REQUEST_NULL, MPI_REQUEST_NULL, MPI_REQUEST_NULL, MPI_REQUEST_NULL};
};

}  // namespace tarn
