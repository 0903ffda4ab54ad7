#include <algorithm>
#include <cmath>

#include "tarn/core/error.hpp"
#include "tarn/io/image/plane_parts.hpp"
#include "tarn/io/image/raster.hpp"
#include "tarn/io/image/sheet.hpp"

namespace tarn::io {
namespace {

// All sizes in pixels.
constexpr double title_room = 26, gap = 22, least_panel_side = 40;
constexpr double usual_panel = 340, highest_panel = 420, widest_picture = 1400;

/// Where one panel stands.
struct Panel {
  Axis x, y;
  Box plot;
  double left = 0;  // room for its own axis
};

/// Where everything stands: the panels of a row have one height, and the columns the width that their widest needs.
struct PanelLayout {
  std::vector<Panel> panels;
  Axis bar_axis;
  Box bar;
  double width = 0, height = 0;
  std::size_t hatched = 0, cells = 0;
};

double room_below(const PanelPicture& picture) {
  const bool labelled = std::any_of(picture.panels.begin(), picture.panels.end(),
                                    [](const auto& panel) { return !panel.text.x_label.empty(); });
  return look::x_tick_room + (labelled ? look::label_room : 0);
}

Range common_range(const PanelPicture& picture) {
  std::optional<ValueRange> all;
  const auto& first = picture.panels.front();
  for (const auto& panel : picture.panels) {
    const auto range = value_range(panel.values, first.logarithmic);
    if (!range) continue;
    all = all ? ValueRange{std::min(all->lower, range->lower), std::max(all->upper, range->upper)} : *range;
  }
  return color_range(all, first);
}

struct Space {
  double width, height;  // that a panel's plot may take
};

/// Sizes and axes of the panels, then their places from left to right and from top to bottom.
void place_panels(Canvas& ruler, const PanelPicture& picture, const Space& most, PanelLayout& to) {
  const double below = room_below(picture);
  const auto columns = static_cast<std::size_t>(picture.columns);
  std::vector<double> widths(columns, 0);
  to.panels.assign(picture.panels.size(), {});
  for (std::size_t n = 0; n < to.panels.size(); ++n) {
    const auto& panel = picture.panels[n];
    Panel& at = to.panels[n];
    at.plot = plot_size(panel, {most.width, most.height, least_panel_side, 1, 1});
    at.plot.width = std::min(at.plot.width, std::max(most.width, least_panel_side));
    at.plot.height = std::min(at.plot.height, std::max(most.height, least_panel_side));
    at.x = horizontal_axis(ruler, {panel.x_lower, panel.x_upper}, at.plot.width);
    at.y = vertical_axis({panel.y_lower, panel.y_upper}, false, at.plot.height);
    at.left = side_room(ruler, at.y, panel.text.y_label);
    widths[n % columns] = std::max(widths[n % columns], at.left + at.plot.width);
  }
  double y = look::border + heading_height(picture.text);
  for (std::size_t first = 0; first < to.panels.size(); first += columns) {
    const std::size_t end = std::min(first + columns, to.panels.size());
    double x = look::border, highest = 0;
    for (std::size_t n = first; n < end; ++n) {
      to.panels[n].plot.x = x + to.panels[n].left;
      to.panels[n].plot.y = y + title_room;
      highest = std::max(highest, to.panels[n].plot.height);
      x += widths[n % columns] + gap;
    }
    y += title_room + highest + below;
  }
  to.width = look::border;
  for (const double width : widths)
    to.width += width + gap;
  to.height = y + (to.hatched > 0 ? plane::note_room : 0) + look::border - 4;
}

void place_bar(Canvas& ruler, const PanelPicture& picture, PanelLayout& to) {
  const Box& first = to.panels.front().plot;
  double bottom = first.bottom();
  for (const auto& panel : to.panels)
    bottom = std::max(bottom, panel.plot.bottom());
  const auto& like = picture.panels.front();
  const double height = std::min(bottom - first.y, 640.0);
  to.bar_axis = vertical_axis(common_range(picture), like.logarithmic, height);
  to.bar = {to.width, first.y, plane::bar_width, height};
  to.width += plane::bar_width + side_room(ruler, to.bar_axis, like.text.value_label) + look::border;
}

PanelLayout lay_out(const PanelPicture& picture, const Space& most) {
  Canvas ruler(1, 1);
  PanelLayout to;
  for (const auto& panel : picture.panels) {
    to.hatched += count_hatched(panel);
    to.cells += panel.values.size();
  }
  place_panels(ruler, picture, most, to);
  place_bar(ruler, picture, to);
  return to;
}

/// The panels shrink or grow until the picture is as large as it should be.
PanelLayout lay_out(const PanelPicture& picture, double width, double height, Space most) {
  const double rows = std::ceil(double(picture.panels.size()) / picture.columns);
  PanelLayout to = lay_out(picture, most);
  for (int round = 0; round < 8; ++round) {
    const double wider = (width - to.width) / picture.columns, higher = (height - to.height) / rows;
    most = {std::max(least_panel_side, most.width + wider), std::max(least_panel_side, most.height + higher)};
    PanelLayout tried = lay_out(picture, most);
    const bool fits = tried.width <= width + 1 && tried.height <= height + 1;
    to = std::move(tried);
    if (fits && round > 2) break;
  }
  return to;
}

void check_all(const PanelPicture& picture) {
  if (picture.panels.empty() || picture.columns < 1) throw UsageError("a picture of panels needs one; it has none");
  for (const auto& panel : picture.panels) {
    check(panel);
    if (panel.logarithmic != picture.panels.front().logarithmic)
      throw UsageError("the panels of a picture have one scale: all are logarithmic, or none");
  }
}

}  // namespace

std::string draw(const PanelPicture& picture, const Drawing& drawing) {
  check_all(picture);
  const auto sheet = is_sized(drawing) ? sized_sheet(drawing) : Sheet{};
  const double widest = (widest_picture - 200) / picture.columns - 60;
  const Space usual{std::min(usual_panel, widest), highest_panel};
  const auto at = is_sized(drawing) ? lay_out(picture, sheet.width, sheet.height, usual) : lay_out(picture, usual);
  Canvas canvas(is_sized(drawing) ? sheet : natural_sheet(drawing, std::ceil(at.width), std::ceil(at.height)));

  draw_heading(canvas, picture.text, look::border, at.width - 2 * look::border);
  for (std::size_t n = 0; n < at.panels.size(); ++n) {
    auto panel = picture.panels[n];
    panel.color_map = picture.panels.front().color_map;
    const auto& place = at.panels[n];
    draw_plot(canvas, panel, place.plot, place.x, place.y, at.bar_axis.range);
    const auto& style = canvas.look().label;
    canvas.write(canvas.shortened(panel.text.title, style, place.plot.width + gap), {place.plot.x, place.plot.y - 8},
                 Align::start, style);
  }
  const auto& first = picture.panels.front();
  draw_bar(canvas, first.color_map, at.bar, at.bar_axis, first.text.value_label);
  draw_note(canvas, {look::border, std::floor(at.height - look::border - 14)}, at.hatched, at.cells, first.logarithmic);
  return canvas.file();
}

}  // namespace tarn::io
