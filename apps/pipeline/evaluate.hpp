#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/loading.hpp"
#include "tarn/apps/pipeline/reduction.hpp"
#include "tarn/apps/pipeline/streaming.hpp"

namespace tarn::apps::pipeline {

/// What the steps of one item are computed with.
struct Evaluation {
  Space space;
  const Program& program;
  const Plan& plan;
  std::uint64_t item = 0;  ///< its number, which `random` depends on
};

/// Runs the steps in order; each array goes after its last use. Asynchronous.
/// @param data  the only copy, so that it goes too
/// @return the arrays that are kept
std::map<std::string, Array> evaluate_whole(const Evaluation& evaluation, Array data);

/// Where blocks of rows come from: starts to read the block at a row, and later hands it out.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  virtual void expect(std::int64_t first, std::int64_t rows) = 0;
  virtual Array take(std::int64_t first, std::int64_t rows) = 0;
};

/// Takes finished blocks of arrays that are kept.
using BlockSink = std::function<void(const std::string& name, std::int64_t first, const Array& block)>;

/// Runs the steps over blocks of rows, in as many passes as the plan says.
/// @return the kept arrays that are whole at the end; the others went to the sink
std::map<std::string, Array> evaluate_streamed(const Evaluation& evaluation, BlockSource& source,
                                               const BlockSink& sink);

}  // namespace tarn::apps::pipeline
