#include <algorithm>
#include <cmath>
#include <numeric>

#include "tarn/io/image/vector_field.hpp"

// Streamlines that keep their distance: after B. Jobard and W. Lefer, "Creating evenly-spaced streamlines of arbitrary
// density" (1997), with squares that a line takes in place of distances between points.

namespace tarn::io {
namespace {

constexpr double step_size = 2;           // [pixel]
constexpr double shortest_squares = 2.5;  // a line shorter than so many squares is none

/// Squares of the plot; a line takes those that it goes through.
class Squares {
 public:
  Squares(const Box& plot, double side)
      : plot_(plot),
        across_(std::max(1, int(plot.width / side))),
        down_(std::max(1, int(plot.height / side))),
        taken_(std::size_t(across_) * down_, false) {}

  double side() const { return std::min(plot_.width / across_, plot_.height / down_); }
  int count() const { return across_ * down_; }
  bool taken(int square) const { return taken_[square]; }
  void take(int square) { taken_[square] = true; }
  void leave(int square) { taken_[square] = false; }
  Point middle(int square) const {
    return {plot_.x + (square % across_ + 0.5) * plot_.width / across_,
            plot_.y + (square / across_ + 0.5) * plot_.height / down_};
  }
  /// Squares between one and the plot's rim.
  int from_rim(int square) const {
    const int i = square % across_, j = square / across_;
    return std::min({i, across_ - 1 - i, j, down_ - 1 - j});
  }
  /// Of a place; -1 outside the plot.
  int of(Point place) const {
    const double i = std::floor((place.x - plot_.x) / plot_.width * across_);
    const double j = std::floor((place.y - plot_.y) / plot_.height * down_);
    return i >= 0 && i < across_ && j >= 0 && j < down_ ? int(j) * across_ + int(i) : -1;
  }

 private:
  Box plot_;
  int across_, down_;
  std::vector<bool> taken_;
};

/// One step along the vectors, by the midpoint rule; nothing where there are none.
std::optional<Point> stepped(const VectorField& field, Point from, double way) {
  const auto moved = [&](Point base, double length) -> std::optional<Point> {
    const auto vector = field.at(base);
    const double size = vector ? std::hypot(vector->x, vector->y) : 0;
    if (!(size > 1e-6 * field.longest())) return {};
    return Point{from.x + length * vector->x / size, from.y + length * vector->y / size};
  };
  const auto middle = moved(from, way / 2);
  return middle ? moved(*middle, way) : std::nullopt;
}

double distance(const Point& p, const Point& q) {
  return std::hypot(p.x - q.x, p.y - q.y);
}

/// Whether a line has come back to where it began.
bool is_closed(const std::vector<Point>& line, const Point& from) {
  constexpr std::size_t least = 6;
  return line.size() > least && distance(line.back(), from) < 1.5 * step_size;
}

/// Follows the vectors from a place, forwards or backwards, and takes squares on its way.
std::vector<Point> followed(const VectorField& field, Squares& squares, std::vector<int>& own, Point from, double way) {
  std::vector<Point> line;
  int square = squares.of(from);
  double within = 0;  // length in this square
  for (auto next = stepped(field, from, way); next; next = stepped(field, *next, way)) {
    const int there = squares.of(*next);
    if (there < 0 || (there != square && squares.taken(there))) break;
    within = there == square ? within + step_size : 0;
    if (within > 2.5 * squares.side()) break;  // it winds inwards
    if (there != square) {
      squares.take(there);
      own.push_back(there);
    }
    square = there;
    line.push_back(*next);
    if (is_closed(line, from)) break;
  }
  return line;
}

}  // namespace

std::vector<std::vector<Point>> streamlines(const VectorField& field, double apart) {
  Squares squares(field.plot(), apart);
  std::vector<int> seeds(squares.count());
  std::iota(seeds.begin(), seeds.end(), 0);
  std::stable_sort(seeds.begin(), seeds.end(), [&](int p, int q) { return squares.from_rim(p) < squares.from_rim(q); });
  std::vector<std::vector<Point>> lines;
  for (const int seed : seeds) {
    if (squares.taken(seed)) continue;
    std::vector<int> own{seed};
    squares.take(seed);
    const Point start = squares.middle(seed);
    auto line = followed(field, squares, own, start, -step_size);
    const bool closed = is_closed(line, start);
    std::reverse(line.begin(), line.end());
    line.push_back(start);
    const auto ahead = closed ? std::vector<Point>() : followed(field, squares, own, start, step_size);
    line.insert(line.end(), ahead.begin(), ahead.end());
    if (double(line.size()) * step_size >= shortest_squares * apart) {
      lines.push_back(std::move(line));
      continue;
    }
    for (const int square : own)
      squares.leave(square);
  }
  return lines;
}

}  // namespace tarn::io
