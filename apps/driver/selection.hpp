#pragma once

#include <array>
#include <cstdint>

#include "tarn/core/grid/grid.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::apps {

/// The cells of the domain that a series of snapshots holds: along each axis every `stride`-th from `first` on.
struct Selection {
  io::CellIndex first{0, 0, 0};
  io::CellIndex count{1, 1, 1};
  io::CellIndex stride{1, 1, 1};

  /// Cells in the selection.
  std::int64_t size() const { return count[0] * count[1] * count[2]; }
};

/// All cells.
Selection select_all(const Domain& domain);

/// What the keys `slice` and `stride` of an [[output]] select. They have no problems.
Selection selection_of(const io::DeckTable& output, const Domain& domain);

/// Adds what is wrong with `slice` and `stride`: axes that the grid does not have, places outside it, ends in the wrong
/// order or with no cell's centre between them, a list of strides of another length.
void check_selection(const io::DeckTable& output, const Domain& domain, io::Problems& problems);

/// This rank's part of a selection, in the selection's own cells, with the place and the spacing of what is selected.
io::GridBlock block_of(const Grid& grid, const Selection& selection);

/// The domain and this rank's whole block of it.
io::GridBlock block_of(const Grid& grid);

}  // namespace tarn::apps
