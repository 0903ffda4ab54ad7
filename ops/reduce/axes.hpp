#pragma once

#include <array>
#include <cstdint>

#include "tarn/ops/expression/shape.hpp"

// Which axes a reduction runs along.

namespace tarn::ops {

/// Axes to reduce along; negative ones count from the last.
template <int... D>
struct Axes {};

/// `mean(c, axis<0>)`, `sum(c, axis<0, 2>)`, `max(c, axis<-1>)`.
template <int... D>
inline constexpr Axes<D...> axis{};

/// Reduced axes stay, with extent 1.
struct KeepDims {};
inline constexpr KeepDims keepdims{};

/// Adds up with the same bits for every launch, device and number of ranks.
struct Reproducible {};
inline constexpr Reproducible reproducible{};

namespace detail {

/// Whether each axis of an operand of a rank is reduced.
template <int Rank, int... D>
constexpr std::array<bool, max_rank> reduced_axes(Axes<D...>) {
  static_assert(((D >= -Rank && D < Rank) && ...), "the operand has no such axis");
  std::array<bool, max_rank> reduced{};
  ((reduced[static_cast<std::size_t>(D < 0 ? D + Rank : D)] = true), ...);
  return reduced;
}

constexpr int count_of(const std::array<bool, max_rank>& reduced) {
  int count = 0;
  for (const bool is : reduced)
    count += is ? 1 : 0;
  return count;
}

/// The loops of a reduction along axes. Each axis of the two lies on an axis of a Place of its own; the innermost axis
/// of the place is the innermost of whichever loop reads contiguously.
struct AxisLoops {
  Kokkos::Array<std::int64_t, max_rank> kept{1, 1, 1, 1}, reduced{1, 1, 1, 1};  ///< extents by axis of the place
  bool inner_is_reduced = false;
  bool rows_follow = false;  ///< whether for every operand a row of kept elements begins where the one before it ends

  KOKKOS_FUNCTION std::int64_t kept_size() const { return kept[0] * kept[1] * kept[2] * kept[3]; }
  KOKKOS_FUNCTION std::int64_t reduced_size() const { return reduced[0] * reduced[1] * reduced[2] * reduced[3]; }
};

/// Plans both loops and rewrites the strides of every access to the axes of the place.
/// @param accesses  strides along the axes of `shape`; the first is the target, with stride 0 along reduced axes
/// @param ordered   whether the reduced axes keep their order, for places that are counted in C order
/// @param short_row the innermost axis is not the innermost of the reduced loop where it has fewer elements
AxisLoops plan_axes(const Shape& shape, const std::array<bool, max_rank>& reduced, std::vector<Access>& accesses,
                    bool ordered, std::int64_t short_row = 0);

}  // namespace detail
}  // namespace tarn::ops
