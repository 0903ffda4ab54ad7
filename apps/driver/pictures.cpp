#include "tarn/apps/driver/pictures.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/io/image/label.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::apps {

namespace {

/// The ends of the colours or of the value axis; the drawing chooses those that are not there.
struct RangeEnds {
  std::optional<double> lower, upper;
};

/// The deck's ends, and for the others those of the series.
RangeEnds ends_of(const Picture& picture, double margin) {
  const auto& range = picture.range;
  if (!range) return {picture.minimum, picture.maximum};
  const double room = margin * (range->upper - range->lower);
  const auto end = [](const std::optional<double>& given, double kept, double with_room) {
    return given ? *given : std::isfinite(with_room) ? with_room : kept;
  };
  const RangeEnds ends{end(picture.minimum, range->lower, range->lower - room),
                       end(picture.maximum, range->upper, range->upper + room)};
  return *ends.lower < *ends.upper ? ends : RangeEnds{picture.minimum, picture.maximum};
}

/// Of a colour map that has its middle at zero.
RangeEnds around_zero(const RangeEnds& ends) {
  if (!ends.lower || !ends.upper) return ends;
  const double reach = std::max(std::abs(*ends.lower), std::abs(*ends.upper));
  return {-reach, reach};
}

/// What a reader of several pictures must know of the range of this one.
std::string range_note(const Picture& picture, const Plane& plane, const char* place) {
  std::string note;
  if (picture.range && picture.range->since != PictureRange::from_the_start)
    note = fmt::format(", range since step {}", picture.range->since);
  const auto is_beyond = [&](double value) {
    return (picture.minimum && value < *picture.minimum) || (picture.maximum && value > *picture.maximum);
  };
  const auto beyond = std::count_if(plane.values.begin(), plane.values.end(), is_beyond);
  if (beyond == 0) return note;
  const double share = static_cast<double>(beyond) / static_cast<double>(plane.values.size());
  return note + fmt::format(", {:.2g}% of the cells beyond the {}", 100 * share, place);
}

std::string draw_plane(const SimulationContext& context, const Picture& picture, const Plane& plane,
                       const NamedField& shown, const Moment& now) {
  const Domain& domain = context.grid.domain();
  const auto across = static_cast<std::size_t>(picture.plane.horizontal);
  const auto up = static_cast<std::size_t>(picture.plane.vertical);
  io::PlanePicture drawing;
  drawing.nx = plane.nx;
  drawing.ny = plane.ny;
  drawing.values = plane.values;
  drawing.x_lower = domain.lower[across];
  drawing.x_upper = domain.upper[across];
  drawing.y_lower = domain.lower[up];
  drawing.y_upper = domain.upper[up];
  const bool balanced = picture.color_map == "balance" && !picture.minimum && !picture.maximum;
  const RangeEnds ends = balanced ? around_zero(ends_of(picture, 0)) : ends_of(picture, 0);
  drawing.minimum = ends.lower;
  drawing.maximum = ends.upper;
  drawing.color_map = picture.color_map;
  drawing.text = {run_name_of(context.deck), fmt::format("t = {:.6g}, step {}", now.time, now.step),
                  std::string(1, "xyz"[across]), std::string(1, "xyz"[up]), io::label_of(shown.name, shown.unit)};
  if (domain.dimensions == 3) {
    const auto normal = static_cast<std::size_t>(picture.plane.normal);
    const double at = domain.lower[normal] + (picture.plane.cell + 0.5) * domain.spacing(picture.plane.normal);
    drawing.text.subtitle += fmt::format(", {} = {:.4g}", "xyz"[normal], at);
  }
  drawing.text.subtitle += range_note(picture, plane, "colours");
  return io::draw(drawing);
}

std::string draw_line(const SimulationContext& context, const Picture& picture, const Plane& plane,
                      const NamedField& shown, const Moment& now) {
  const Domain& domain = context.grid.domain();
  io::Line line{shown.name, {}, {}};
  for (std::size_t n = 0; n < plane.values.size(); ++n) {
    line.x.push_back(domain.lower[0] + (plane.columns[n] + 0.5) * domain.spacing(0));
    line.y.push_back(plane.values[n]);
  }
  io::LinePicture drawing;
  drawing.lines = {line};
  constexpr double margin = 0.05;
  const RangeEnds ends = ends_of(picture, margin);
  drawing.minimum = ends.lower;
  drawing.maximum = ends.upper;
  drawing.text = {run_name_of(context.deck),
                  fmt::format("t = {:.6g}, step {}{}", now.time, now.step, range_note(picture, plane, "axis")), "x",
                  io::label_of(shown.name, shown.unit), ""};
  return io::draw(drawing);
}

}  // namespace

std::string Picture::key() const {
  return fmt::format("{}.{}.{}", file, "xyz"[plane.normal], plane.cell);
}

std::vector<Picture> pictures_of(const io::Deck& deck, const Domain& domain) {
  std::vector<Picture> pictures;
  const auto tables = deck.tables("image");
  for (std::size_t n = 0; n < tables.size(); ++n) {
    const auto& table = tables[n];
    const std::string field = table.text("field");
    const bool alone = std::count_if(tables.begin(), tables.end(),
                                     [&](const auto& other) { return other.text("field") == field; }) == 1;
    const int normal = table.text("normal")[0] - 'x';
    const auto axis = static_cast<std::size_t>(normal);
    const double at = table.has("at") ? table.number("at") : 0.5 * (domain.lower[axis] + domain.upper[axis]);
    Picture picture{.file = alone ? field : fmt::format("{}-{}", field, n),
                    .field = field,
                    .plane = choose_plane(domain, normal, at),
                    .minimum = {},
                    .maximum = {},
                    .color_map = table.text("color_map"),
                    .trigger = Trigger(table.schedule("every"))};
    if (table.has("minimum")) picture.minimum = table.number("minimum");
    if (table.has("maximum")) picture.maximum = table.number("maximum");
    picture.keeps_range = table.text("range") == "series" && !(picture.minimum && picture.maximum);
    pictures.push_back(picture);
  }
  return pictures;
}

void add_range_tallies(const std::vector<Picture>& pictures, std::vector<HistoryValue>& tallies) {
  for (const auto& picture : pictures) {
    if (picture.range) add_tallies(picture.key(), *picture.range, tallies);
  }
}

std::vector<std::string> range_remarks(const std::vector<Picture>& pictures) {
  std::vector<std::string> remarks;
  for (const auto& picture : pictures) {
    if (!picture.range || picture.range->since == PictureRange::from_the_start) continue;
    remarks.push_back(fmt::format(
        "the pictures of {} have the range {:.4g} to {:.4g} since step {}: values left that of the pictures before; "
        "minimum and maximum in [[image]] fix one from the start",
        picture.file, picture.range->lower, picture.range->upper, picture.range->since));
  }
  return remarks;
}

std::string draw_picture(const SimulationContext& context, const Picture& picture, const NamedField& field,
                         const Plane& plane, const Moment& now) {
  return context.grid.dimensions() == 1 ? draw_line(context, picture, plane, field, now)
                                        : draw_plane(context, picture, plane, field, now);
}

}  // namespace tarn::apps
