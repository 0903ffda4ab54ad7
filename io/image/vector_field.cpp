#include "tarn/io/image/vector_field.hpp"

#include <algorithm>
#include <cmath>

#include "tarn/io/image/axes.hpp"
#include "tarn/io/image/plane_parts.hpp"

namespace tarn::io {
namespace {

constexpr Color core{255, 255, 255}, casing{25, 25, 25};  // a light line with a dark edge is seen on any colour

double length_of(const Point& vector) {
  return std::hypot(vector.x, vector.y);
}

/// A triangle whose tip is at a place.
/// @param direction  of length 1
std::vector<Point> head_at(Point tip, Point direction, double length) {
  const Point foot{tip.x - length * direction.x, tip.y - length * direction.y};
  const double half = 0.38 * length;
  return {tip,
          {foot.x - half * direction.y, foot.y + half * direction.x},
          {foot.x + half * direction.y, foot.y - half * direction.x}};
}

/// A line with a head somewhere on it, the edge first.
void draw_stroke(Canvas& canvas, const std::vector<Point>& line, Point tip, Point direction, double head,
                 const Box& within) {
  const Point outer{tip.x + 1.5 * direction.x, tip.y + 1.5 * direction.y};
  canvas.join(line, {2.8, casing}, within);
  canvas.fill(head_at(outer, direction, head + 3.2), casing);
  canvas.join(line, {1.5, core}, within);
  canvas.fill(head_at(tip, direction, head), core);
}

/// Arrows in the middles of squares of the plot; the longest vector's arrow is nearly as long as a square.
void draw_arrows(Canvas& canvas, const VectorField& field, const PlanePicture& picture) {
  const Box& plot = field.plot();
  const double square = std::clamp(std::max(plot.width, plot.height) / 18, 26.0, 48.0);
  const int across = std::max(1, std::min(picture.nx, int(plot.width / square)));
  const int up = std::max(1, std::min(picture.ny, int(plot.height / square)));
  const double longest = 0.92 * std::min({plot.width / across, plot.height / up, 2 * square});
  for (int k = 0; k < across * up; ++k) {
    const Point middle{plot.x + (k % across + 0.5) * plot.width / across,
                       plot.y + (k / across + 0.5) * plot.height / up};
    const auto vector = field.at(middle);
    const double length = vector ? longest * length_of(*vector) / field.longest() : 0;
    if (!(length >= 2)) continue;  // a dot has no direction
    const double size = length_of(*vector);
    const Point direction{vector->x / size, vector->y / size};
    const Point tail{middle.x - length / 2 * direction.x, middle.y - length / 2 * direction.y};
    const Point tip{middle.x + length / 2 * direction.x, middle.y + length / 2 * direction.y};
    const double head = std::min(8.0, 0.45 * length);
    const Point neck{tip.x - 0.8 * head * direction.x, tip.y - 0.8 * head * direction.y};
    draw_stroke(canvas, {tail, neck}, tip, direction, head, plot);
  }
}

void draw_streamlines(Canvas& canvas, const VectorField& field) {
  constexpr double apart = 30, head = 9;
  for (const auto& line : streamlines(field, apart)) {
    const std::size_t middle = line.size() / 2;
    const Point from = line[middle - 1], to = line[middle];
    const double step = std::hypot(to.x - from.x, to.y - from.y);
    draw_stroke(canvas, line, to, {(to.x - from.x) / step, (to.y - from.y) / step}, head, field.plot());
  }
}

}  // namespace

VectorField::VectorField(const PlanePicture& picture, const Box& plot)
    : picture_(picture),
      plot_(plot),
      stretch_x_(plot.width / (picture.x_upper - picture.x_lower)),
      stretch_y_(plot.height / (picture.y_upper - picture.y_lower)) {
  const double largest = std::max(stretch_x_, stretch_y_);  // only their ratio counts
  stretch_x_ /= largest;
  stretch_y_ /= largest;
  for (int j = 0; j < picture.ny; ++j) {
    for (int i = 0; i < picture.nx; ++i) {
      const auto vector = of_cell(i, j);
      if (vector) longest_ = std::max(longest_, length_of(*vector));
    }
  }
}

std::optional<Point> VectorField::of_cell(int i, int j) const {
  const auto cell = std::size_t(j) * picture_.nx + i;
  const Point vector{picture_.vectors->along_x[cell] * stretch_x_, -picture_.vectors->along_y[cell] * stretch_y_};
  if (!std::isfinite(length_of(vector))) return {};
  return vector;
}

std::optional<Point> VectorField::at(Point place) const {
  const double x = std::clamp((place.x - plot_.x) / plot_.width * picture_.nx - 0.5, 0.0, picture_.nx - 1.0);
  const double y = std::clamp((plot_.bottom() - place.y) / plot_.height * picture_.ny - 0.5, 0.0, picture_.ny - 1.0);
  const int i = std::min(int(x), std::max(picture_.nx - 2, 0)), j = std::min(int(y), std::max(picture_.ny - 2, 0));
  Point sum{0, 0};
  for (int corner = 0; corner < 4; ++corner) {
    const int right = corner % 2, above = corner / 2;
    const double share = (right == 1 ? x - i : 1 - x + i) * (above == 1 ? y - j : 1 - y + j);
    if (share == 0) continue;
    const auto vector = of_cell(i + right, j + above);
    if (!vector) return {};
    sum.x += share * vector->x;
    sum.y += share * vector->y;
  }
  return sum;
}

void draw_vectors(Canvas& canvas, const PlanePicture& picture, const Box& plot) {
  const VectorField field(picture, plot);
  if (!(field.longest() > 0)) return;
  if (picture.vectors->streamlines) {
    draw_streamlines(canvas, field);
  } else {
    draw_arrows(canvas, field, picture);
  }
}

}  // namespace tarn::io
