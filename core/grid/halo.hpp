#pragma once

#include <cstdint>
#include <vector>

#include "tarn/core/grid/cell_boxes.hpp"
#include "tarn/core/grid/patch.hpp"
#include "tarn/core/kokkos_compat.hpp"

namespace tarn {

namespace detail {

/// A box of cells, and its place in a buffer in which the fields follow each other and x is fastest.
struct PackedBox {
  CellRange cells;
  std::int64_t first;   ///< in the buffer, of the first field
  std::int64_t stride;  ///< in the buffer, from one field to the next
};

}  // namespace detail

/// Fills ghosts of several fields of one patch from the cells of other ranks: along faces, edges and corners, all
/// fields in one message for each neighbour.
///
/// Only ghosts that lie beyond cut sides alone are filled; those that lie beyond a cut side and an end of the domain
/// are GhostCells' to fill afterwards.
template <class Real>
class Halo {
 public:
  /// On a GPU earlier work on the patch's instance is waited for, and no other instance's.
  /// @param fields  how many the messages hold
  /// @throws OutOfMemory
  Halo(const Patch& patch, int fields);
  /// Waits for messages under way, and where they travel through memory of the host for the patch's instance.
  ~Halo();
  Halo(Halo&&) = default;  ///< what is under way goes along
  Halo(const Halo&) = delete;
  Halo& operator=(const Halo&) = delete;

  /// Whether any ghost comes from another rank.
  bool empty() const { return neighbors_.empty(); }

  /// Packs the outermost cells of the block and sends them. Collective. Fences the patch's instance where MPI is to
  /// send. Cells inside may change after that, ghosts may not be read before finish().
  /// @param u  (fields, extent z, y, x), the block's own cells written
  void start(const Fields<Real>& u);

  /// Waits for the messages and fills the ghosts of the fields that start() was called with. Work enqueued on the
  /// patch's instance later sees them without a fence.
  void finish(const Fields<Real>& u);

  /// Bytes that start() and finish() move in this rank's device memory: each cell twice, for packing and unpacking.
  std::int64_t bytes() const;

 private:
  struct Neighbor {
    int rank;
    std::int64_t first, count;  ///< of its message in the buffers
  };
  using Buffer = Field<Real, 1>;
  using Staging = Kokkos::View<Real*, Kokkos::LayoutRight, PinnedSpace>;

  /// Boxes that are packed or unpacked, one of each way: across a face, an edge or a corner.
  struct Packing {
    CellBoxes cells;
    Field<const detail::PackedBox, 1> boxes;
  };

  void plan();
  void send_by_mpi();
  void send_by_nccl();
  template <bool Packs>
  void copy(const Fields<Real>& u, const Packing& packing, const Buffer& buffer) const;
  Packing packing_of(const std::vector<detail::PackedBox>& boxes) const;

  Patch patch_;
  int fields_;
  Packing sent_, received_;
  std::vector<Neighbor> neighbors_;
  Buffer send_, receive_;
  Staging staged_send_, staged_receive_;
  std::vector<MPI_Request> requests_;
  bool under_way_ = false;
};

}  // namespace tarn
