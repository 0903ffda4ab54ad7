#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/core/runtime.hpp"

namespace tarn::apps {

/// One row of `tarn bench`.
struct BenchRow {
  std::string what;             ///< such as "heat 2D fp64, 4096^2 cells"
  double bytes_per_second = 0;  ///< all ranks together
  double share = 0;             ///< of the peak of the same precision, measured beside it; the peak's own rows: 1
  double cells_per_second = 0;  ///< all ranks together; 0 for the peak's rows
};

/// How `tarn bench` measures.
struct BenchOptions {
  int repeats = 9;               ///< of which the median counts
  std::int64_t cells = 1 << 24;  ///< of a 2D grid, about; a 3D one has as many
};

/// Measures copy and triad, and the explicit Euler step of heat in 2D and 3D, fp64 and fp32, all ranks at once. Every
/// repeat of a step is measured beside a repeat of the peak, and the share is the median of their ratios, so that
/// what else the machine does bears on both. The peak is copy on a GPU, where nothing is read before it is
/// overwritten, and triad on a host. Collective; the rows are rank 0's.
std::vector<BenchRow> run_bench(const Runtime& runtime, const BenchOptions& options);

}  // namespace tarn::apps
