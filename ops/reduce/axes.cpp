#include "tarn/ops/reduce/axes.hpp"

#include <algorithm>
#include <vector>

namespace tarn::ops::detail {

namespace {

/// One of the two loops alone: its axes moved to the front of a shape of their own.
struct Part {
  Shape shape;
  std::vector<Access> accesses;
  Loop loop;
};

Part part_of(const Shape& shape, const std::array<bool, max_rank>& reduced, bool wanted,
             const std::vector<Access>& accesses, bool reorder) {
  Part part;
  part.accesses = accesses;
  for (Access& access : part.accesses)
    access.strides = {};
  for (std::size_t d = 0; d < static_cast<std::size_t>(shape.rank); ++d) {
    if (reduced[d] != wanted) continue;
    const auto axis = static_cast<std::size_t>(part.shape.rank++);
    part.shape.extents[axis] = shape.extents[d];
    for (std::size_t n = 0; n < accesses.size(); ++n)
      part.accesses[n].strides[axis] = accesses[n].strides[d];
  }
  part.loop = plan_loop(part.shape, part.accesses, reorder);
  return part;
}

/// Whether the operands' innermost axis is contiguous in this part, as far as they are read along it at all.
std::int64_t inner_stride(const Part& part) {
  if (part.loop.inner() == 1) return 0;
  std::int64_t largest = 0;
  for (std::size_t n = 1; n < part.accesses.size(); ++n)
    largest = std::max(largest, part.accesses[n].strides[max_rank - 1]);
  return largest;
}

/// Whether every operand's row of kept elements begins where the one before it ends.
bool follow_each_other(const Part& kept, const Part& along) {
  bool follow = kept.loop.rows() == 1 && along.loop.rows() == 1;
  for (std::size_t n = 1; follow && n < kept.accesses.size(); ++n) {
    follow = along.accesses[n].strides[max_rank - 1] == kept.loop.inner() * kept.accesses[n].strides[max_rank - 1];
  }
  return follow;
}

/// Puts the axes of a part on the axes of the place in `slots`, innermost last.
void place_axes(const Part& part, const std::vector<std::size_t>& slots, Kokkos::Array<std::int64_t, max_rank>& extents,
                std::vector<Access>& accesses) {
  std::size_t axis = max_rank;
  for (auto slot = slots.rbegin(); slot != slots.rend() && axis-- > 0; ++slot) {
    extents[*slot] = part.loop.extents[axis];
    for (std::size_t n = 0; n < accesses.size(); ++n)
      accesses[n].strides[*slot] = part.accesses[n].strides[axis];
  }
}

std::size_t axes_of(const Part& part) {
  std::size_t first = 0;
  while (first < max_rank - 1 && part.loop.extents[first] == 1)
    ++first;
  return part.loop.extents[first] == 1 ? 0 : max_rank - first;
}

}  // namespace

AxisLoops plan_axes(const Shape& shape, const std::array<bool, max_rank>& reduced, std::vector<Access>& accesses,
                    bool ordered, std::int64_t short_row) {
  const Part kept = part_of(shape, reduced, false, accesses, true);
  const Part along = part_of(shape, reduced, true, accesses, !ordered);
  AxisLoops loops;
  const std::int64_t kept_stride = inner_stride(kept), reduced_stride = inner_stride(along);
  loops.inner_is_reduced =
      along.loop.inner() != 1 &&
      (kept.loop.inner() == 1 || (reduced_stride != 0 && reduced_stride <= kept_stride) || kept_stride == 0) &&
      !(along.loop.inner() < short_row && kept.loop.inner() > along.loop.inner());
  loops.rows_follow = !loops.inner_is_reduced && follow_each_other(kept, along);

  // The place's last axis goes to one loop, the ones before it to the other's axes and then to the rest.
  const Part& inner = loops.inner_is_reduced ? along : kept;
  const Part& other = loops.inner_is_reduced ? kept : along;
  std::vector<std::size_t> inner_slots, other_slots;
  std::size_t next = max_rank - 1;
  for (std::size_t n = 0; n < std::max<std::size_t>(1, axes_of(inner)); ++n)
    inner_slots.insert(inner_slots.begin(), next--);
  for (std::size_t n = 0; n < axes_of(other); ++n)
    other_slots.insert(other_slots.begin(), next--);
  for (Access& access : accesses)
    access.strides = {};
  place_axes(inner, inner_slots, loops.inner_is_reduced ? loops.reduced : loops.kept, accesses);
  place_axes(other, other_slots, loops.inner_is_reduced ? loops.kept : loops.reduced, accesses);
  return loops;
}

}  // namespace tarn::ops::detail
