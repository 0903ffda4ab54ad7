#pragma once

#include <vector>

#include "tarn/io/image/color_map.hpp"

namespace tarn::io {

/// How text looks. Sizes are in pixels.
struct TextStyle {
  double size = 15;         ///< of the font [pixel]
  bool bold = false;        ///< else of normal weight
  Color color{34, 34, 34};  ///< of the letters
};

/// How a line looks. Dashes are in pixels, on and off in turn; none for a solid line.
struct LineStyle {
  double width = 1;                 ///< [pixel]
  Color color{68, 68, 68};          ///< of the stroke
  std::vector<double> dashes = {};  ///< lengths [pixel]
};

}  // namespace tarn::io
