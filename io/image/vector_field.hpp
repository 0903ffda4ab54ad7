#pragma once

#include <optional>

#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::io {

/// A plane's vectors as a plot shows them: at places of the picture, in its pixels, y downwards.
class VectorField {
 public:
  /// @param picture  has vectors, and must outlive this
  /// @param plot     where the plane stands
  VectorField(const PlanePicture& picture, const Box& plot);

  /// The vector at a place of the plot: between the centres of cells by the two nearest along each axis. As long as the
  /// cells' vector is, stretched as the plot stretches the plane; nothing where one of the cells has none.
  std::optional<Point> at(Point place) const;
  /// The largest length of a cell's vector in these pixels.
  double longest() const { return longest_; }
  const Box& plot() const { return plot_; }  ///< where it stands

 private:
  std::optional<Point> of_cell(int i, int j) const;

  const PlanePicture& picture_;
  Box plot_;
  double stretch_x_, stretch_y_;  // pixels for a unit of length
  double longest_ = 0;
};

/// Lines along the vectors, about so far apart everywhere, each from one end to the other. A line ends where it meets
/// another, leaves the plot, or where there is no vector to follow.
/// @param apart  [pixel]
std::vector<std::vector<Point>> streamlines(const VectorField& field, double apart);

}  // namespace tarn::io
