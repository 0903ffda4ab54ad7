#include "tarn/io/image/thin.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tarn::io {

std::vector<Point> thinned(const std::vector<Point>& points) {
  std::vector<Point> kept;
  const auto by_height = [](const Point& p, const Point& q) { return p.y < q.y; };
  for (auto first = points.begin(); first != points.end();) {
    const double column = std::floor(first->x);
    const auto end = std::find_if(first, points.end(), [&](const Point& p) { return std::floor(p.x) != column; });
    const auto [highest, lowest] = std::minmax_element(first, end, by_height);
    std::array stay{first, highest, lowest, end - 1};
    std::sort(stay.begin(), stay.end());
    const auto last = std::unique(stay.begin(), stay.end());
    std::for_each(stay.begin(), last, [&](const auto& point) { kept.push_back(*point); });
    first = end;
  }
  return kept;
}

}  // namespace tarn::io
