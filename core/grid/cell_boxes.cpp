#include "tarn/core/grid/cell_boxes.hpp"

#include <cstdint>
#include <limits>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/device_list.hpp"

namespace tarn {

CellBoxes::CellBoxes(const Space& space, const std::vector<CellRange>& boxes) : list_(boxes) {
  std::vector<int> begin{0};
  std::int64_t cells = 0;
  for (const CellRange& box : boxes) {
    cells += box.size();
    require(cells <= std::numeric_limits<int>::max(), "boxes of cells: too many cells for one launch");
    begin.push_back(static_cast<int>(cells));
  }
  cells_ = static_cast<int>(cells);
  if (!detail::space_is_gpu || cells == 0) return;
  on_device_ = device_list(space, "tarn::cell_boxes", list_);
  begin_ = device_list(space, "tarn::cell_boxes::begin", begin);
}

}  // namespace tarn
