#pragma once

#include "tarn/apps/euler/gpu_march.hpp"
#include "tarn/apps/euler/gpu_stage.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/kokkos_compat.hpp"

// Which kernel does a stage on a GPU; compiled once for each dimension and precision.

namespace tarn::apps::euler {

#if defined(TARN_GPU)

/// The stages of one dimension and precision.
template <class Real, int Dim>
class GpuStage {
 public:
  GpuStage(const Space& space, const Scheme<Real, Dim>& scheme, const RoundedWeights<Real, Dim>& weights,
           const StageFields<Real>& fields, const CellRange& box, GpuMemory& memory)
      : space_(space), scheme_(scheme), weights_(weights), fields_(fields), box_(box), memory_(memory) {}

  void run() const {
    if constexpr (Dim > 1) {
      if (is_broad()) return march();
    }
    for_each_cell("tarn::euler::stage", space_, box_, single_cells());
  }

 private:
  using Cells = CellStage<Real, Dim, AnyReconstruction, NoMarks>;

  /// A block has cells for most of its threads.
  bool is_broad() const {
    return box_.extent(0) >= BlockShape<Dim>::columns / 2 && (Dim < 3 || box_.extent(1) >= BlockShape<Dim>::rows / 2);
  }
  Cells single_cells() const {
    return {scheme_, weights_, fields_, {scheme_.reconstruction, width_of(scheme_.reconstruction)}, {}, memory_.counts};
  }

  void march() const {
    // What most decks use has kernels of its own.
    const bool hllc = scheme_.riemann == Riemann::hllc && scheme_.scalars == 0;
    switch (scheme_.reconstruction) {
      case Reconstruction::constant:
        return march_with<PiecewiseConstant>(AnyRiemann{scheme_.riemann});
      case Reconstruction::minmod:
        return hllc ? march_with<Plm<Minmod>>(Hllc{}) : march_with<Plm<Minmod>>(AnyRiemann{scheme_.riemann});
      case Reconstruction::van_leer:
        return hllc ? march_with<Plm<VanLeer>>(Hllc{}) : march_with<Plm<VanLeer>>(AnyRiemann{scheme_.riemann});
      case Reconstruction::mc:
        return hllc ? march_with<Plm<MonotonizedCentral>>(Hllc{})
                    : march_with<Plm<MonotonizedCentral>>(AnyRiemann{scheme_.riemann});
      case Reconstruction::ppm:
        return march_with<Ppm>(AnyRiemann{scheme_.riemann});
      default:
        return march_with<Weno5>(AnyRiemann{scheme_.riemann});
    }
  }

  template <class Policy>
  void march_with(const AnyRiemann& solver) const {
    if (scheme_.scalars > 0) {
      launch<MarchStage<Real, Dim, Policy, AnyRiemann, true>>(solver);
    } else {
      launch<MarchStage<Real, Dim, Policy, AnyRiemann, false>>(solver);
    }
  }
  template <class Policy>
  void march_with(const Hllc& solver) const {
    launch<MarchStage<Real, Dim, Policy, Hllc, false>>(solver);
  }

  template <class Stage, class Solver>
  void launch(const Solver& solver) const {
    const Blocks<Dim> blocks(box_);
    const int count = blocks.count(), threads = BlockShape<Dim>::threads;
    if (static_cast<int>(memory_.doubtful.extent(0)) < count)
      memory_.doubtful = Field<int, 1>("tarn::euler::doubtful", static_cast<std::size_t>(count));
    const Stage stage{scheme_, weights_, fields_, blocks, solver, memory_.counts, memory_.doubtful};
    const Kokkos::TeamPolicy<Space, Kokkos::LaunchBounds<BlockShape<Dim>::threads, 512 / BlockShape<Dim>::threads>>
        teams(space_, count, threads);
    const auto sharing = Kokkos::TeamPolicy(teams).set_scratch_size(0, Kokkos::PerTeam(Stage::shared));
    Kokkos::parallel_for("tarn::euler::stage", kokkos_compat::sent_with_launch(sharing), stage);
    const DoubtfulCells<Real, Dim, Cells> again{blocks, single_cells(), memory_.doubtful};
    const Kokkos::TeamPolicy<Space> one_block_each(space_, count, threads);
    Kokkos::parallel_for("tarn::euler::doubtful", kokkos_compat::sent_with_launch(one_block_each), again);
  }

  const Space& space_;
  const Scheme<Real, Dim>& scheme_;
  const RoundedWeights<Real, Dim>& weights_;
  const StageFields<Real>& fields_;
  const CellRange& box_;
  GpuMemory& memory_;
};

template <class Real, int Dim>
void stage_on_gpu(const Space& space, const Scheme<Real, Dim>& scheme, const RoundedWeights<Real, Dim>& weights,
                  const StageFields<Real>& fields, const CellRange& box, GpuMemory& memory) {
  GpuStage<Real, Dim>(space, scheme, weights, fields, box, memory).run();
}

/// The stages of a dimension, for a source file of their own each.
#define TARN_EULER_GPU_STAGE(Dim)                                                                          \
  template void stage_on_gpu(const Space&, const Scheme<float, Dim>&, const RoundedWeights<float, Dim>&,   \
                             const StageFields<float>&, const CellRange&, GpuMemory&);                     \
  template void stage_on_gpu(const Space&, const Scheme<double, Dim>&, const RoundedWeights<double, Dim>&, \
                             const StageFields<double>&, const CellRange&, GpuMemory&);

#else

#define TARN_EULER_GPU_STAGE(Dim)

#endif

}  // namespace tarn::apps::euler
