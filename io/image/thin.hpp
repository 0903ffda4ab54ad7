#pragma once

#include <vector>

#include "tarn/io/image/canvas.hpp"

namespace tarn::io {

/// The points of a line with those left out that cannot be seen: of neighbours in one pixel column the first,
/// the lowest, the highest and the last stay, in their order. A line of a million points draws like one of
/// thousands.
std::vector<Point> thinned(const std::vector<Point>& points);

}  // namespace tarn::io
