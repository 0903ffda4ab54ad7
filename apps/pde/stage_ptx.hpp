#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pde/program.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/ops/integrate/combination_form.hpp"

// A stage as a kernel for the driver of an NVIDIA GPU: all fields of some cells a thread, which loads what neighbouring
// cells share once, and computes once what their faces share. Every operation names its rounding, so the bits are those
// of CellProgram. Sizes of the grid are numbers in the text.

namespace tarn::apps::pde {

/// What a kernel does with the results of its cells.
enum class StagePurpose {
  store,     ///< stores what a combination makes of them in `out`
  extremes,  ///< lowers and raises keys in `out`, of each result the least and then the greatest: see extreme_key()
};

/// What a kernel is written for beside the program.
struct StageShape {
  CellRange range;                             ///< not empty
  int dimensions = 1;                          ///< of the grid
  std::int64_t row = 0, plane = 0, field = 0;  ///< elements from one row, plane and field to the next
  bool single = false;                         ///< whether elements are float; otherwise they are double
  ops::CombinationForm form{};
  StagePurpose purpose = StagePurpose::store;
};

/// The cells that a thread computes.
struct ThreadCells {
  int lanes = 1;  ///< along x, which one access to the memory takes
  int along = 1;  ///< along y in two dimensions, along z in three
};

/// A kernel of a text: `.entry name(out, arrays ..., combined arrays ..., numbers ..., weights ...)`. Blocks have
/// stage_threads threads.
struct StageEntry {
  std::string name;
  std::int64_t blocks = 0;
};

struct StagePtx {
  std::string text;
  ThreadCells cells;
  std::vector<StageEntry> entries;
  std::vector<int> arrays;    ///< that it reads, see Arrays, in the order of the parameters
  std::vector<int> combined;  ///< arrays of the combination that it reads beside them
  std::vector<int> numbers;   ///< those of the program that change from stage to stage
};

/// Threads of a block.
inline constexpr unsigned stage_threads = 128;

/// Why a program cannot be written as PTX; nothing if it can.
std::optional<std::string> obstacle_to_ptx(const Program& program);

/// The kernel of a program without obstacle.
StagePtx stage_ptx(const Program& program, const StageShape& shape);

}  // namespace tarn::apps::pde
