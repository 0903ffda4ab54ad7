#pragma once

#include <cstddef>

#include "tarn/io/image/axes.hpp"
#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::io {

/// The colour of a pixel whose value is no finite number: grey diagonal stripes.
Color hatch_at(int x, int y);

/// Number of cells that have no colour.
std::size_t count_hatched(const PlanePicture& picture);

/// The cells as pixels: along an axis with no more cells than pixels a pixel shows the cell it lies in, along
/// one with more the mean of the cells it touches.
/// @param range  values of the lower and the upper end of the colour map, lower < upper
/// @param width, height  [pixel], >= 1
Pixels rasterize(const PlanePicture& picture, Range range, int width, int height);

}  // namespace tarn::io
