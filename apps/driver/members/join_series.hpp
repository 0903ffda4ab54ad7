#pragma once

#include <string>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/snapshot/series_file.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// What the files of a batch's series have in common.
struct BatchSeries {
  const io::Deck& deck;                                ///< of the first member
  std::vector<std::string> members;                    ///< their names
  std::vector<std::string> decks;                      ///< their texts
  std::vector<io::SeriesDescription::Scalar> scalars;  ///< what they differ in
};

/// Makes of the snapshots of each series, out/<series>-<step>.h5, one file series/<series>.h5, and removes them once it
/// is committed. On one rank, while nothing else calls HDF5.
/// @throws Io, NoSpace, Corrupt
void join_series(const Communicator& ranks, const io::RunDirectory& run, const BatchSeries& batch);

}  // namespace tarn::apps
