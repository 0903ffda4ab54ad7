#pragma once

#include <vector>

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/parallel/transport.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// The block of a domain that this rank gets, with one block for each rank.
/// @param ghosts  layers on every side of every used axis, >= 0
/// @throws UsageError if the ranks cannot share so few cells; the message says how many there are
Grid cut_among(const Communicator& ranks, const Domain& domain, int ghosts);

/// The part of a simulation's domain that this rank works on, and all that goes with it: the grid and its ghost layers,
/// the ranks that share the domain, the instance that kernels are enqueued on, and the memory that messages travel
/// from.
///
/// Copies are cheap and mean the same patch.
class Patch {
 public:
  /// Cuts the domain into one block for each rank.
  /// @param ranks   must outlive this object and its copies
  /// @param ghosts  as cut_among(), whose errors it throws
  Patch(const Space& space, const Communicator& ranks, const Domain& domain, int ghosts, const Transport& transport);

  /// The same with a grid that is there already.
  /// @throws Error if the grid's decomposition was made for another number of ranks
  Patch(const Space& space, const Communicator& ranks, const Grid& grid, const Transport& transport);

  const Space& space() const { return space_; }              ///< the instance that kernels run on
  const Communicator& ranks() const { return *ranks_; }      ///< those that share the grid
  const Grid& grid() const { return grid_; }                 ///< this rank's part
  const Transport& transport() const { return transport_; }  ///< how messages travel

  /// Whether this rank's block touches the lower (side 0) or upper (side 1) end of an axis of the domain that is not
  /// periodic.
  bool at_boundary(int axis, int side) const;
  /// Whether the ghosts on a side of the block come from another rank.
  bool is_cut(int axis, int side) const;
  /// Whether any do.
  bool is_cut() const;

  /// The block's own cells that lie at least `width` away from every side where another rank's cells begin: what a
  /// stencil of that width computes while messages travel.
  CellRange inner(int width) const;
  /// The block's other own cells, as at most six boxes that do not overlap. Rows along x are whole where x is not cut.
  std::vector<CellRange> rim(int width) const;

 private:
  Space space_;
  const Communicator* ranks_;
  Grid grid_;
  Transport transport_;
};

}  // namespace tarn
