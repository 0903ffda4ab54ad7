#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/core/runtime.hpp"

namespace tarn::cli {

/// One row of `tarn bench`.
struct BenchRow {
  std::string what;             ///< such as "copy fp64", or an app, its grid and precision
  double bytes_per_second = 0;  ///< all ranks together
  double share = 0;             ///< of the peak of the same precision, measured beside it; the peak's own rows: 1
  double cells_per_second = 0;  ///< all ranks together; 0 for the peak's rows
  int steps_in_a_pass = 1;      ///< with 2, bytes are those of two single steps, and the share may exceed 1
};

/// How `tarn bench` measures.
struct BenchOptions {
  int repeats = 9;                     ///< of which the median counts
  std::int64_t cells = 1 << 24;        ///< of a 2D grid, about; a 3D one has as many; and of the arrays of the peak
  std::vector<std::string> decks;      ///< files; none: of each app its own, in 2D and 3D, fp64 and fp32
  std::vector<std::string> overrides;  ///< of the decks
};

/// Measures copy and triad, and the steps of decks, all ranks at once. Every repeat of a step is measured beside a
/// repeat of the peak, and the share is the median of their ratios, so that what else the machine does bears on both.
/// Where a deck leaves open how many steps a pass over memory makes, single steps have a row, and two steps in a pass
/// another one if they are chosen: its bytes are those of single steps, to show what is gained.
/// The peak is copy on a GPU, where nothing is read before it is overwritten, and triad on a host. Bytes are those that
/// the step's kernels read and write at least. Collective; the rows are rank 0's.
/// @throws UsageError for a deck that takes no steps, and what reading a deck throws
std::vector<BenchRow> run_bench(const Runtime& runtime, const BenchOptions& options);

}  // namespace tarn::cli
