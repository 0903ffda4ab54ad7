#pragma once

#include <array>

#include "tarn/io/image/color_map.hpp"
#include "tarn/io/image/styles.hpp"

namespace tarn::io {

/// The kinds of files that a picture can become.
enum class PictureFormat { png, svg, pdf };

/// Dark letters on white, or light letters on a dark ground, as for slides.
enum class Theme { light, dark };

/// The looks that all pictures of a theme share.
struct Look {
  Color background, grid;                  ///< behind everything, and of the lines at marks
  TextStyle title, subtitle, label, tick;  ///< of the lines above, the axes' labels and their marks
  LineStyle frame;                         ///< around plots and colour bars
  std::array<Color, 8> lines;              ///< of the lines of a plot, in their order
};

/// The looks of a theme.
const Look& look_of(Theme theme);

}  // namespace tarn::io
