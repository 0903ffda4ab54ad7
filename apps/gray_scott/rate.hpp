#pragma once

#include <bit>
#include <cstdint>

#include "tarn/core/grid/cell_values.hpp"
#include "tarn/core/grid/stencil_cell.hpp"
#include "tarn/ops/random/philox.hpp"
#include "tarn/ops/stencil/laplacian.hpp"

namespace tarn::apps::gray_scott {

/// The stream of a step's random numbers, from the time that it starts at: a restart finds it again. Times are not
/// negative, so the highest bit is set, and no stream is one of the small numbers that initial values take.
inline std::uint64_t noise_stream(double time) {
  return ~std::bit_cast<std::uint64_t>(time);
}

/// Random numbers of the cells of one step, the same on any decomposition and after a restart.
struct CellNoise {
  double size = 0;                                  ///< half the width of the distribution [1/time]
  std::uint64_t seed = 0;                           ///< of the run
  std::uint64_t stream = 0;                         ///< of the step; see noise_stream()
  Kokkos::Array<std::int64_t, 3> first{}, cells{};  ///< place in the domain of local index 0; cells of the domain

  /// A number in [-size, size). A call in kernels: written out for every cell of a thread it takes a GPU compiler
  /// minutes.
  TARN_CALLED KOKKOS_FUNCTION double operator()(Index k, Index j, Index i) const {
    const std::int64_t cell = ((k + first[2]) * cells[1] + (j + first[1])) * cells[0] + (i + first[0]);
    return size * (2 * ops::uniform(seed, stream, static_cast<std::uint64_t>(cell)) - 1);
  }
};

/// The rates of change of one cell, or of lanes of cells [1/time]:
///
///   du/dt = du laplacian(u) - u v^2 + feed (1 - u) + noise
///   dv/dt = dv laplacian(v) + u v^2 - (feed + kill) v
///
/// P. Gray and S. K. Scott, Chem. Eng. Sci. 39 (1984) 1087; J. E. Pearson, Science 261 (1993) 189.
template <class Real, int Dim, bool Noisy>
struct Rate {
  static constexpr int fields = 2, reach = 1, dimensions = Dim;
  static constexpr bool takes_lanes = !Noisy, takes_two_steps = !Noisy;
  /// Random numbers take longer than the loads that rows share. Written out for four rows they took most of this app's
  /// compile time.
  static constexpr int rows_at_once = Noisy ? 1 : tarn::detail::usual_rows_at_once;
  /// More threads hide the memory's latency better: 384^3 on an H200 moved 0.89 and 0.90 of a copy with eight and 0.84
  /// with seven. Heat in 3D, on different days, moved 0.81 with eight and 0.84 with seven.
  static constexpr unsigned blocks_per_multiprocessor = 8;

  Kokkos::Array<Real, 3> weight_u, weight_v;  ///< du/dx^2 and dv/dx^2 of the axes [1/time]
  Real feed, removal;                         ///< feed, and feed + kill [1/time]
  CellNoise noise;

  template <class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(const Cell& cell) const {
    const auto u = cell[0], v = cell[1];
    const auto reaction = u * (v * v);
    auto rate_u = ops::laplacian<Dim>(cell, 0, weight_u) - reaction + feed * (Real(1) - u);
    const auto rate_v = ops::laplacian<Dim>(cell, 1, weight_v) + reaction - removal * v;
    if constexpr (Noisy) rate_u += static_cast<Real>(noise(cell.k, cell.j, cell.i));
    return Kokkos::Array<std::decay_t<decltype(rate_u)>, 2>{rate_u, rate_v};
  }

  template <class Visit>
  void first_reads(const Fields<const Real>& now, Index k, Index j, const Visit& visit) const {
    visit(now(0, k + (Dim == 3), j + (Dim == 2), 0));
    visit(now(1, k + (Dim == 3), j + (Dim == 2), 0));
  }
};

}  // namespace tarn::apps::gray_scott
