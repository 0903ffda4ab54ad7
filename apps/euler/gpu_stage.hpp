#pragma once

#include "tarn/apps/euler/cell_stage.hpp"

namespace tarn::apps::euler {

/// What the stages on a GPU keep from one to the next.
struct GpuMemory {
  DeviceCounts counts{"tarn::euler::counts", 2};
  Field<int, 1> doubtful;  ///< see DoubtfulBlocks; grows as needed, and holds zeros between stages
};

/// One stage in a box of cells on a GPU; enqueued, no fence. Unsound cells are counted in what it reads or in what it
/// writes: in either case before the last state of a step was looked at.
template <class Real, int Dim>
void stage_on_gpu(const Space& space, const Scheme<Real, Dim>& scheme, const RoundedWeights<Real, Dim>& weights,
                  const StageFields<Real>& fields, const CellRange& box, GpuMemory& memory);

}  // namespace tarn::apps::euler
