#include "tarn/io/image/sheet.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::io {

Sheet natural_sheet(const Drawing& drawing, double width, double height) {
  return {width, height, 1, drawing.theme, drawing.format};
}

bool is_sized(const Drawing& drawing) {
  return drawing.width != 0 || drawing.height != 0;
}

Sheet sized_sheet(const Drawing& drawing) {
  constexpr int least = 200, most = 10000;
  if (std::min(drawing.width, drawing.height) < least || std::max(drawing.width, drawing.height) > most) {
    throw UsageError(fmt::format("a picture of {}x{} pixels cannot be drawn; each side has {} to {}", drawing.width,
                                 drawing.height, least, most));
  }
  constexpr double usual_width = 960, usual_height = 640, smallest_letters = 0.7;
  double scale = std::max(smallest_letters, std::min(drawing.width / usual_width, drawing.height / usual_height));
  if (scale > 0.8 && scale < 1.3) scale = 1;  // then every line stands on whole pixels
  return {drawing.width / scale, drawing.height / scale, scale, drawing.theme, drawing.format};
}

}  // namespace tarn::io
