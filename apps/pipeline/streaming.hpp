#pragma once

#include <map>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/signatures.hpp"

namespace tarn::apps::pipeline {

/// How a step is computed where its input comes in blocks of rows.
enum class How {
  resident,    ///< once, from arrays that are whole on the device
  blockwise,   ///< block by block; so is its result
  accumulate,  ///< fed by every block; its result is whole at the end of the pass
  outer,       ///< each block of its result needs every block of its second operand: a a^T
};

/// Where an array is while an item streams.
struct Place {
  bool streamed = false;  ///< it exists block by block, in passes from `pass` on; otherwise whole, after `pass`
  int pass = 0;
};

/// How a program runs over blocks of rows of its input, in passes over the file.
struct Streaming {
  std::vector<How> how;  ///< of every step
  std::map<std::string, Place> places;
  int passes = 1;

  bool has_outer() const;
};

/// @throws UsageError naming the step that cannot work on blocks of rows, and why
Streaming plan_streaming(const Program& program, const Signatures& signatures);

/// How one item is computed.
struct Plan {
  bool streams = false;
  std::int64_t block_rows = 0;  ///< a power of two, where it streams
  int passes = 1;
  std::int64_t bytes = 0;  ///< device memory, about
  Streaming streaming;     ///< where it streams
  Signatures signatures;
};

/// Decides whether an item is computed whole or streams.
/// @param memory  that may be used [bytes]
/// @throws ShapeMismatch, DataError as infer(); UsageError if the item does not fit and cannot stream
Plan make_plan(const Program& program, const Signature& data, std::uint64_t memory);

}  // namespace tarn::apps::pipeline
