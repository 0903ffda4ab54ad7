#include <algorithm>
#include <cmath>

#include "tarn/io/image/plane_parts.hpp"
#include "tarn/io/image/raster.hpp"
#include "tarn/io/image/sheet.hpp"

namespace tarn::io {
namespace {

// All sizes in pixels.
constexpr double widest_plot = 780, highest_plot = 640, least_side = 150;
constexpr double least_picture_width = 560, most_picture_width = 1020;

/// Where everything stands on the picture.
struct PlaneLayout {
  Axis x, y, bar_axis;
  Box plot, bar;
  double left, right;  // beside the plot, borders included
  double width, height;
  std::size_t hatched;
};

double room_below(const PlanePicture& picture, std::size_t hatched) {
  return look::x_tick_room + (picture.text.x_label.empty() ? 0 : look::label_room) +
         (hatched > 0 ? plane::note_room : 0) + look::border - 4;
}

/// The axes of a plot of a size, and what they need on both sides.
void lay_out_axes(Canvas& ruler, const PlanePicture& picture, PlaneLayout& to) {
  const auto& text = picture.text;
  const auto colors = color_range(value_range(picture.values, picture.logarithmic), picture);
  to.x = horizontal_axis(ruler, {picture.x_lower, picture.x_upper}, to.plot.width);
  to.y = vertical_axis({picture.y_lower, picture.y_upper}, false, to.plot.height);
  to.bar_axis = vertical_axis(colors, picture.logarithmic, to.plot.height);
  to.left = look::border + side_room(ruler, to.y, text.y_label);
  to.right = plane::bar_gap + plane::bar_width + side_room(ruler, to.bar_axis, text.value_label) + look::border;
}

void place(PlaneLayout& to, const PlanePicture& picture) {
  to.plot.x = to.left + std::floor((to.width - to.left - to.plot.width - to.right) / 2);
  to.plot.y = look::border + heading_height(picture.text);
  to.bar = {to.plot.right() + plane::bar_gap, to.plot.y, plane::bar_width, to.plot.height};
}

/// Wide labels make the plot narrower, once.
PlaneLayout lay_out(const PlanePicture& picture, double most_width = widest_plot) {
  Canvas ruler(1, 1);
  PlaneLayout to{};
  to.hatched = count_hatched(picture);
  to.plot = plot_size(picture, {most_width, highest_plot, least_side});
  lay_out_axes(ruler, picture, to);
  const double needed = to.left + to.plot.width + to.right;
  if (needed > most_picture_width && most_width == widest_plot) {
    return lay_out(picture, std::max(widest_plot / 2, most_picture_width - to.left - to.right));
  }
  to.width = std::max(needed, least_picture_width);
  place(to, picture);
  to.height = to.plot.bottom() + room_below(picture, to.hatched);
  return to;
}

/// The largest plot that a sheet has room for.
PlaneLayout lay_out(const PlanePicture& picture, const Sheet& sheet) {
  constexpr double least = 40, usual_sides = 200, least_share = 0.97;
  Canvas ruler(1, 1);
  PlaneLayout to{};
  to.hatched = count_hatched(picture);
  to.width = sheet.width;
  to.height = sheet.height;
  const double above_and_below = look::border + heading_height(picture.text) + room_below(picture, to.hatched);
  const double most_height = std::max(least, to.height - above_and_below);
  to.plot = plot_size(picture, {std::max(least, to.width - usual_sides), most_height, least});
  for (int round = 0; round < 2; ++round) {  // the labels' width depends on the plot's height, a little
    lay_out_axes(ruler, picture, to);
    const double most_width = std::max(least, to.width - to.left - to.right);
    to.plot = plot_size(picture, {most_width, most_height, least, least_share, 1});
    to.plot.width = std::min(to.plot.width, most_width);
    to.plot.height = std::min(to.plot.height, most_height);
  }
  lay_out_axes(ruler, picture, to);
  place(to, picture);
  return to;
}

}  // namespace

std::string draw(const PlanePicture& picture, const Drawing& drawing) {
  check(picture);
  const auto at = is_sized(drawing) ? lay_out(picture, sized_sheet(drawing)) : lay_out(picture);
  Canvas canvas(is_sized(drawing) ? sized_sheet(drawing)
                                  : natural_sheet(drawing, std::floor(at.width), std::floor(at.height)));

  const double heading_x = at.plot.width < 400 ? look::border : at.plot.x;
  draw_heading(canvas, picture.text, heading_x, at.width - look::border - heading_x);
  draw_plot(canvas, picture, at.plot, at.x, at.y, at.bar_axis.range);
  draw_bar(canvas, picture.color_map, at.bar, at.bar_axis, picture.text.value_label);
  draw_note(canvas, {std::floor(std::min(at.plot.x, at.width / 4)), std::floor(at.height - look::border - 14)},
            at.hatched, picture.values.size(), picture.logarithmic);
  return canvas.file();
}

}  // namespace tarn::io
