#include "tarn/apps/plot/pictures.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/plot/reduce.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/image/label.hpp"

namespace tarn::plot {

namespace {

std::string axis_label(const Mesh& mesh, int axis) {
  return mesh.placed ? std::string(1, "xyz"[axis]) : fmt::format("number along {}", "xyz"[axis]);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts)
    text += (text.empty() || part.empty() ? "" : ", ") + part;
  return text;
}

std::string moment_of(const Block& block) {
  return block.mesh.placed ? fmt::format("t = {:.6g}, step {}", block.time, block.step) : "";
}

/// "balance" where values lie on both sides of zero and neither side is small.
std::string color_map_for(const std::optional<io::ValueRange>& range, const PlotRequest& request) {
  if (!request.color_map.empty()) return request.color_map;
  const bool both = range && range->lower < 0 && range->upper > 0 && !request.logarithmic;
  const double ratio = both ? -range->lower / range->upper : 0;
  return ratio > 0.25 && ratio < 4 ? "balance" : "thermal";
}

/// The words that are the same for all parts stand above the picture, the others with each.
struct Heading {
  io::PictureText text;
  std::vector<std::string> of_parts;
};

Heading heading_of(const Shown& shown) {
  const auto& first = shown.parts.front();
  const auto differ = [&](const auto& word_of) {
    return std::any_of(shown.parts.begin(), shown.parts.end(),
                       [&](const Part& part) { return word_of(part) != word_of(first); });
  };
  const auto moment = [](const Part& part) { return moment_of(part.block); };
  const auto notes = [](const Part& part) { return joined(part.block.notes); };
  Heading heading;
  heading.text.title = shown.several ? first.block.name : first.label;
  heading.text.subtitle = joined({differ(moment) ? "" : moment(first), differ(notes) ? "" : notes(first)});
  for (const Part& part : shown.parts) {
    heading.of_parts.push_back(joined(
        {shown.several ? part.label : "", differ(moment) ? moment(part) : "", differ(notes) ? notes(part) : ""}));
  }
  return heading;
}

void set_range(auto& picture, const std::optional<io::ValueRange>& range, const PlotRequest& request) {
  picture.minimum = request.range.lower;
  picture.maximum = request.range.upper;
  if (!range) return;
  const bool empty = !(range->lower < range->upper);
  if (empty) return;  // the drawing makes room around a single value
  if (!picture.minimum && !(picture.maximum && range->lower >= *picture.maximum)) picture.minimum = range->lower;
  if (!picture.maximum && !(picture.minimum && range->upper <= *picture.minimum)) picture.maximum = range->upper;
}

io::Line line_of(const Block& block, const std::string& name, bool reference) {
  const int axis = block.axes().front();
  io::Line line{name, {}, block.values, reference};
  for (std::int64_t cell = 0; cell < block.mesh.cells[axis]; ++cell)
    line.x.push_back(block.mesh.centre(axis, cell));
  return line;
}

/// A series' range with the margin that a picture of its own would have.
std::optional<io::ValueRange> with_margin(const std::optional<io::ValueRange>& range, bool logarithmic) {
  if (!range || logarithmic) return range;
  const double room = 0.05 * (range->upper - range->lower);
  const io::ValueRange wider{range->lower - room, range->upper + room};
  return std::isfinite(room) && std::isfinite(wider.lower) && std::isfinite(wider.upper) ? wider : range;
}

/// Whether two exact solutions are one: of one time, and the same where their cells are. Where these are others they
/// are taken for that of one problem on several grids.
bool is_same(const Block& a, const Block& b) {
  constexpr double rounding = 1e-9;
  if (a.time != b.time) return false;
  if (a.values.size() != b.values.size()) return true;
  for (std::size_t n = 0; n < a.values.size(); ++n) {
    if (std::abs(a.values[n] - b.values[n]) > rounding * std::max(std::abs(a.values[n]), std::abs(b.values[n])))
      return false;
  }
  return true;
}

/// The exact solutions beside the lines, each once; where there are several, each says whose it is.
std::vector<io::Line> exact_lines(const Shown& shown, const Heading& heading) {
  std::vector<std::size_t> owners;
  for (std::size_t n = 0; n < shown.parts.size(); ++n) {
    const auto& exact = shown.parts[n].exact;
    const auto is_known = [&](std::size_t owner) { return is_same(*shown.parts[owner].exact, *exact); };
    if (exact && std::none_of(owners.begin(), owners.end(), is_known)) owners.push_back(n);
  }
  std::vector<io::Line> lines;
  for (const std::size_t n : owners) {
    const bool one = owners.size() == 1 || heading.of_parts[n].empty();
    lines.push_back(line_of(*shown.parts[n].exact, one ? "exact" : "exact, " + heading.of_parts[n], true));
  }
  return lines;
}

std::string draw_lines(const Shown& shown, const std::optional<io::ValueRange>& range, const PlotRequest& request) {
  const auto heading = heading_of(shown);
  const auto& first = shown.parts.front();
  io::LinePicture picture;
  picture.text = heading.text;
  picture.text.x_label = axis_label(first.block.mesh, first.block.axes().front());
  picture.text.y_label = io::label_of(first.block.name, first.block.unit);
  picture.logarithmic_y = request.logarithmic;
  set_range(picture, with_margin(range, request.logarithmic), request);
  for (std::size_t n = 0; n < shown.parts.size(); ++n) {
    const auto& part = shown.parts[n];
    picture.lines.push_back(line_of(part.block, shown.several ? heading.of_parts[n] : part.block.name, false));
  }
  for (auto& line : exact_lines(shown, heading))
    picture.lines.push_back(std::move(line));
  return io::draw(picture, request.drawing);
}

io::PlanePicture plane_of(const Part& part, const std::string& color_map, const PlotRequest& request) {
  const auto axes = part.block.axes();
  const auto& mesh = part.block.mesh;
  io::PlanePicture picture;
  picture.nx = static_cast<int>(mesh.cells[axes[0]]);
  picture.ny = static_cast<int>(mesh.cells[axes[1]]);
  picture.values = part.block.values;
  picture.x_lower = mesh.lower[axes[0]];
  picture.x_upper = mesh.upper(axes[0]);
  picture.y_lower = mesh.lower[axes[1]];
  picture.y_upper = mesh.upper(axes[1]);
  picture.color_map = color_map;
  picture.logarithmic = request.logarithmic;
  picture.text.x_label = axis_label(mesh, axes[0]);
  picture.text.y_label = axis_label(mesh, axes[1]);
  picture.text.value_label = io::label_of(part.block.name, part.block.unit);
  if (!part.vectors.empty()) {
    const auto component = [&](int axis) {
      const auto number = static_cast<std::size_t>(axis);
      return number < part.vectors.size() ? part.vectors[number].values
                                          : std::vector<double>(part.block.values.size(), 0.0);
    };
    picture.vectors = {component(axes[0]), component(axes[1]), request.vectors == VectorStyle::streamlines};
  }
  return picture;
}

std::string draw_planes(const Shown& shown, const std::optional<io::ValueRange>& range, const PlotRequest& request) {
  const auto heading = heading_of(shown);
  const auto own = range ? range : range_of(shown, request.logarithmic);
  const std::string color_map = color_map_for(own, request);
  io::PanelPicture picture{{}, shown.columns, heading.text};
  for (std::size_t n = 0; n < shown.parts.size(); ++n) {
    auto panel = plane_of(shown.parts[n], color_map, request);
    panel.text.title = heading.of_parts[n];
    const bool around_zero = color_map == "balance" && !request.range.lower && !request.range.upper;
    if (range && around_zero && !request.logarithmic) {
      const double reach = std::max(std::abs(range->lower), std::abs(range->upper));
      set_range(panel, io::ValueRange{-reach, reach}, request);
    } else {
      set_range(panel, range, request);
    }
    picture.panels.push_back(std::move(panel));
  }
  if (picture.panels.size() > 1) return io::draw(picture, request.drawing);
  auto& only = picture.panels.front();
  only.text.title = heading.text.title;
  only.text.subtitle = heading.text.subtitle;
  return io::draw(only, request.drawing);
}

/// The blocks that a picture shows of a reduced one, with the requests that made them of it.
std::vector<std::vector<AxisRequest>> views_of(const Block& block) {
  if (block.axes().size() < 3) return {{}};
  std::vector<std::vector<AxisRequest>> views;
  for (const int axis : {2, 1, 0}) {
    const double middle = block.mesh.centre(axis, block.mesh.cells[axis] / 2);
    views.push_back({{Reduction::cut, axis, middle}});
  }
  return views;
}

}  // namespace

std::vector<Part> parts_of(const Snapshot& snapshot, const std::string& field, const std::string& vector,
                           const std::string& label, const ExactSolutions& exact, const PlotRequest& request) {
  Block whole = read_field(snapshot, field);
  const std::string file = snapshot.file.stem().string();
  if (!whole.mesh.placed && file != label) whole.notes.push_back(file);  // one of many of a run without steps
  const Block block = reduced(whole, request.axes);
  std::vector<Block> components;
  if (!vector.empty()) {
    for (auto& component : read_vector(snapshot, vector))
      components.push_back(reduced(std::move(component), request.axes));
  }
  const bool maximum = std::any_of(request.axes.begin(), request.axes.end(),
                                   [](const auto& axis) { return axis.how == Reduction::maximum; });
  std::vector<Part> parts;
  const auto views = views_of(block);
  for (const auto& view : views) {
    Part part{label, reduced(block, view), {}, {}};
    if (part.block.axes().size() == 1 && !maximum) part.exact = exact.of(whole, request.axes);
    if (views.size() > 1) part.block.tags = block.tags;
    const bool fits = !components.empty() && components.front().values.size() == block.values.size();
    if (part.block.axes().size() == 2 && fits) {
      for (const auto& component : components)
        part.vectors.push_back(reduced(component, view));
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::optional<io::ValueRange> range_of(const Shown& shown, bool logarithmic) {
  std::optional<io::ValueRange> all;
  const auto include = [&](const Block& block) {
    const auto range = io::value_range(block.values, logarithmic);
    if (range)
      all = all ? io::ValueRange{std::min(all->lower, range->lower), std::max(all->upper, range->upper)} : *range;
  };
  for (const Part& part : shown.parts) {
    include(part.block);
    if (part.exact) include(*part.exact);
  }
  return all;
}

std::string picture_of(const Shown& shown, const std::optional<io::ValueRange>& range, const PlotRequest& request) {
  const auto& first = shown.parts.front().block;
  const std::size_t axes = first.axes().size();
  for (const Part& part : shown.parts) {
    if (part.block.axes().size() != axes) {
      throw UsageError(
          fmt::format("{}: a line and a plane of colours cannot stand in one picture; cut or average the "
                      "one with more axes",
                      first.name));
    }
  }
  if (request.logarithmic && !range_of(shown, true)) {
    throw UsageError(fmt::format("{} has no value above 0, and so no logarithm to show; leave out --log", first.name));
  }
  if (axes == 1 && request.vectors != VectorStyle::none)
    throw UsageError(fmt::format("{} is a line here; arrows and streamlines need a plane", first.name));
  return axes == 1 ? draw_lines(shown, range, request) : draw_planes(shown, range, request);
}

}  // namespace tarn::plot
