#include "tarn/core/grid/cell_boxes.hpp"

#include <cstdint>
#include <limits>

#include "tarn/core/error.hpp"

namespace tarn {

namespace {

template <class T>
Field<const T, 1> copied_to_device(const std::string& label, const std::vector<T>& values) {
  const Field<T, 1> copy(label, values.size());
  const auto host = Kokkos::create_mirror_view(copy);
  for (std::size_t n = 0; n < values.size(); ++n)
    host(n) = values[n];
  Kokkos::deep_copy(copy, host);
  return copy;
}

}  // namespace

CellBoxes::CellBoxes(const std::vector<CellRange>& boxes) : list_(boxes) {
  std::vector<int> begin{0};
  std::int64_t cells = 0;
  for (const CellRange& box : boxes) {
    cells += box.size();
    require(cells <= std::numeric_limits<int>::max(), "boxes of cells: too many cells for one launch");
    begin.push_back(static_cast<int>(cells));
  }
  cells_ = static_cast<int>(cells);
  if (!detail::space_is_gpu || cells == 0) return;
  on_device_ = copied_to_device("tarn::cell_boxes", list_);
  begin_ = copied_to_device("tarn::cell_boxes::begin", begin);
}

}  // namespace tarn
