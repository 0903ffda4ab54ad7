#pragma once

#include <string>
#include <vector>

#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/kokkos_compat.hpp"

namespace tarn {

/// Boxes of cells that one launch on a GPU goes over, where a launch costs more than what few cells do.
class CellBoxes {
 public:
  CellBoxes() = default;
  /// @param space  the instance of the launches; on a GPU its earlier work is waited for, and no other instance's
  /// @throws Error if the boxes have more cells together than an int counts
  CellBoxes(const Space& space, const std::vector<CellRange>& boxes);

  const std::vector<CellRange>& list() const { return list_; }               ///< all, empty ones too
  int cells() const { return cells_; }                                       ///< of all boxes
  const Field<const CellRange, 1>& on_device() const { return on_device_; }  ///< the list; nothing on a host
  /// Of each box how many cells the boxes before have, and the number of all, on the device; nothing on a host.
  const Field<const int, 1>& begin() const { return begin_; }

 private:
  std::vector<CellRange> list_;
  int cells_ = 0;
  Field<const CellRange, 1> on_device_;
  Field<const int, 1> begin_;
};

namespace detail {

/// Runs a body over the cells of several boxes with one GPU thread per cell. The boxes are no members: an index that is
/// known at run time only would make each thread copy them.
template <class Body>
struct OneCellOfMany {
  Field<const CellRange, 1> boxes;
  Field<const int, 1> begin;
  Body body;

  KOKKOS_FUNCTION void operator()(const int number) const {
    int n = 0;
    while (number >= begin(n + 1))
      ++n;
    const CellRange box = boxes(n);
    const int inside = number - begin(n), row = inside / box.extent(0), plane = row / box.extent(1);
    body(n, box.begin[2] + plane, box.begin[1] + row - plane * box.extent(1),
         box.begin[0] + inside - row * box.extent(0));
  }
};

/// A body for one of several boxes.
template <class Body>
struct NumberedBody {
  int box;
  Body body;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const { body(box, k, j, i); }
};

}  // namespace detail

/// Runs `body(n, k, j, i)` for every cell of every box n, in no order: in one launch on a GPU.
template <class Body>
void for_each_cell(const std::string& label, const Space& space, const CellBoxes& boxes, const Body& body) {
  if (boxes.cells() == 0) return;
  if constexpr (detail::space_is_gpu) {
    const Kokkos::RangePolicy<Space, Kokkos::IndexType<int>> policy(space, 0, boxes.cells());
    Kokkos::parallel_for(label, kokkos_compat::sent_with_launch(policy),
                         detail::OneCellOfMany<Body>{boxes.on_device(), boxes.begin(), body});
  } else {
    for (std::size_t n = 0; n < boxes.list().size(); ++n)
      for_each_cell(label, space, boxes.list()[n], detail::NumberedBody<Body>{static_cast<int>(n), body});
  }
}

}  // namespace tarn
