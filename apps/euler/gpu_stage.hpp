#pragma once

#include "tarn/apps/euler/cell_stage.hpp"
#include "tarn/core/grid/for_each_cell.hpp"

// A stage on a GPU: one thread a cell, which does the faces of its cell from both of their sides. Faces are done twice,
// but nothing is shared and nothing waited for.

namespace tarn::apps::euler {

/// One stage in a box of cells; enqueued, no fence.
/// @param counts  see DeviceCounts
template <class Real, int Dim>
void stage_on_gpu(const Space& space, const Scheme<Real, Dim>& scheme, const RoundedWeights<Real, Dim>& weights,
                  const StageFields<Real>& fields, const CellRange& box, const DeviceCounts& counts) {
  const auto run = [&]<class Policy>(Policy) {
    using Cells = CellStage<Real, Dim, FixedReconstruction<Policy>, NoMarks>;
    for_each_cell("tarn::euler::stage", space, box, Cells{scheme, weights, fields, {}, {}, counts});
  };
  switch (scheme.reconstruction) {
    case Reconstruction::constant:
      return run(PiecewiseConstant{});
    case Reconstruction::minmod:
      return run(Plm<Minmod>{});
    case Reconstruction::van_leer:
      return run(Plm<VanLeer>{});
    case Reconstruction::mc:
      return run(Plm<MonotonizedCentral>{});
    case Reconstruction::ppm:
      return run(Ppm{});
    default:
      return run(Weno5{});
  }
}

}  // namespace tarn::apps::euler
