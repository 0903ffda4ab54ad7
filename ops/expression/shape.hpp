#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <Kokkos_Array.hpp>

// Shapes, strides and the loop over them; nothing here depends on the type of the elements.

namespace tarn::ops {

/// Most axes of an array in an expression.
inline constexpr int max_rank = 4;

/// The extents of an array, slowest axis first.
struct Shape {
  int rank = 0;                                  ///< axes
  std::array<std::int64_t, max_rank> extents{};  ///< the first `rank` count

  std::int64_t size() const;                      ///< elements
  bool operator==(const Shape&) const = default;  ///< rank and extents
};

/// As NumPy prints it: (3, 4), (5,), ().
std::string to_string(const Shape& shape);

/// The shape that two operands have together: aligned at the last axis, extents match or are 1.
/// @param operation  for the message
/// @throws ShapeMismatch with both shapes
Shape broadcast_shapes(const char* operation, const Shape& a, const Shape& b);

/// @throws ShapeMismatch unless `from` broadcasts to exactly `to`
void require_broadcast(const char* operation, const Shape& from, const Shape& to);

namespace detail {

using Strides = std::array<std::int64_t, max_rank>;  ///< in elements; 0 where an axis is broadcast

/// Which axis of the loop each axis of an operand runs along.
using AxisMap = std::array<int, max_rank>;

/// The map of an operand that is aligned at the last of `rank` axes.
AxisMap align_right(const AxisMap& outer, int outer_rank, int rank);

/// What one operand reads at each place of a loop.
struct Access {
  const void* data = nullptr;  ///< null if it reads no memory
  int element_bytes = 0;
  const char* type = "";
  Strides strides{};
};

/// A loop over the elements of a target, axes of extent 1 dropped and neighbouring axes merged where every operand
/// allows. The innermost axis is the last of max_rank; unused outer axes have extent 1.
struct Loop {
  Kokkos::Array<std::int64_t, max_rank> extents{1, 1, 1, 1};

  std::int64_t size() const;
  KOKKOS_FUNCTION std::int64_t inner() const { return extents[max_rank - 1]; }
  std::int64_t rows() const;
};

/// Makes the loop over `shape` and rewrites the strides of every access to it.
/// @param accesses  strides along the axes of `shape`; the first decides which axis is innermost
/// @param reorder   whether axes may change their order; if not, the loop runs in C order
Loop plan_loop(const Shape& shape, std::vector<Access>& accesses, bool reorder = true);

/// Whether an element of one access lies on an element of the other; may say so wrongly for strides that are
/// entangled beyond a bounded search.
bool may_overlap(const Shape& shape, const Access& a, const Access& b);

/// Whether two places of the loop share an element of one access, so that of what is written there only the last would
/// stay; may say so wrongly as may_overlap().
bool overlaps_itself(const Shape& shape, const Access& access);

/// @throws Error if the target has elements that overlap each other, or reading a source while the target is written
///     could change the result: they share elements, other than every place of the loop its own
void require_no_hazard(const char* operation, const Shape& shape, const Access& target,
                       const std::vector<Access>& sources);

}  // namespace detail
}  // namespace tarn::ops
