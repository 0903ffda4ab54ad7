#pragma once

#include <vector>

#include "tarn/io/image/color_map.hpp"

namespace tarn::io {

/// How text looks. Sizes are in pixels.
struct TextStyle {
  double size = 15;
  bool bold = false;
  Color color{34, 34, 34};
};

/// How a line looks. Dashes are in pixels, on and off in turn; none for a solid line.
struct LineStyle {
  double width = 1;
  Color color{68, 68, 68};
  std::vector<double> dashes = {};
};

}  // namespace tarn::io
