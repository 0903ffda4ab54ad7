#pragma once

#include <algorithm>
#include <limits>
#include <string>

#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/ops/reduce/reproducible_sum_kernels.hpp"

// Reproducible sums over cells, laid out like for_each_cell.

namespace tarn::ops {

/// Some sums over the same cells.
template <int Count>
struct BinnedSums {
  BinnedSum sum[Count];  ///< each of its own

  /// each to its own
  KOKKOS_FUNCTION BinnedSums& operator+=(const BinnedSums& other) {
    for (int n = 0; n < Count; ++n)
      sum[n] += other.sum[n];
    return *this;
  }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void operator+=(const volatile BinnedSums& other) volatile {
    for (int n = 0; n < Count; ++n)
      sum[n] += other.sum[n];
  }
};

namespace detail {

inline constexpr int double_mantissa = std::numeric_limits<double>::digits - 1;

/// On a host: one row of a box, some terms at once that the nearest cache holds.
template <int Count, class Terms>
struct RowSums {
  CellRange range;
  SumBins bins;
  Terms terms;

  void operator()(const std::int64_t n, BinnedSums<Count>& sums) const {
    constexpr Index at_once = 256;
    const tarn::detail::Row row(range, n);
    const Index end = range.end[0];
    for (Index first = range.begin[0]; first < end; first += at_once) {
      double x[Count][at_once];
      const Index count = std::min(at_once, end - first);
      for (Index m = 0; m < count; ++m) {
        const Kokkos::Array<double, Count> of_cell = terms(row.k, row.j, first + m);
        for (int s = 0; s < Count; ++s)
          x[s][m] = of_cell[s];
      }
      for (int s = 0; s < Count; ++s)
        add_terms(bins, double_mantissa, x[s], count, sums.sum[s]);
    }
  }
};

/// On a GPU: some cells a thread, far from each other so that neighbouring threads have neighbouring cells.
template <int Count, class Terms>
struct CellSums {
  static constexpr int at_once = 4;

  CellRange range;
  SumBins bins;
  Terms terms;
  std::int64_t threads;

  static std::int64_t threads_for(const CellRange& range) { return (range.size() + at_once - 1) / at_once; }

  KOKKOS_FORCEINLINE_FUNCTION Kokkos::Array<double, Count> terms_of(std::int64_t cell) const {
    const std::int64_t columns = range.extent(0);
    const auto rows = static_cast<unsigned>(range.extent(1));
    const bool small = range.size() <= std::int64_t{0x7fffffff};  // division of 64-bit numbers is slow
    const auto row =
        small ? static_cast<unsigned>(cell) / static_cast<unsigned>(columns) : static_cast<unsigned>(cell / columns);
    const unsigned plane = row / rows;
    return terms(range.begin[2] + static_cast<Index>(plane), range.begin[1] + static_cast<Index>(row - plane * rows),
                 range.begin[0] + static_cast<Index>(cell - row * columns));
  }
  KOKKOS_FUNCTION void operator()(const std::int64_t n, BinnedSums<Count>& sums) const {
    double x[Count][at_once];
    TARN_UNROLL
    for (int m = 0; m < at_once; ++m) {
      const std::int64_t cell = n + m * threads;
      Kokkos::Array<double, Count> of_cell{};
      if (cell < range.size()) of_cell = terms_of(cell);
      TARN_UNROLL
      for (int s = 0; s < Count; ++s)
        x[s][m] = of_cell[s];
    }
    TARN_UNROLL
    for (int s = 0; s < Count; ++s)
      add_terms(bins, double_mantissa, x[s], sums.sum[s]);
  }
};

}  // namespace detail

/// Sums over the cells of a box, in one pass, with the same bits in every order.
/// @param space  instance the pass runs on, fenced
/// @param bins   for the number of cells of all ranks
/// @param terms  device function (k, j, i) of local indices, ghosts counted; a term for each sum
template <int Count, class Terms>
BinnedSums<Count> sum_cells(const std::string& label, const Space& space, const CellRange& range, const SumBins& bins,
                            const Terms& terms) {
  using Policy = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;
  BinnedSums<Count> sums;
  if (range.empty()) return sums;
  const Kokkos::Sum<BinnedSums<Count>> reducer(sums);
  if constexpr (tarn::detail::space_is_gpu) {
    using Body = detail::CellSums<Count, Terms>;
    const std::int64_t threads = Body::threads_for(range);
    Kokkos::parallel_reduce(label, Policy(space, 0, threads), Body{range, bins, terms, threads}, reducer);
  } else {
    const std::int64_t rows = std::int64_t{1} * range.extent(1) * range.extent(2);
    Kokkos::parallel_reduce(label, Policy(space, 0, rows), detail::RowSums<Count, Terms>{range, bins, terms}, reducer);
  }
  return sums;
}

}  // namespace tarn::ops

/// @cond
template <int Count>
struct Kokkos::reduction_identity<tarn::ops::BinnedSums<Count>> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::BinnedSums<Count> sum() { return {}; }
};
/// @endcond
