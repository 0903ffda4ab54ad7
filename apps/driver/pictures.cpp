#include "tarn/apps/driver/pictures.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::apps {

namespace {

std::string label_of(const NamedField& field) {
  return field.unit.empty() ? field.name : fmt::format("{} [{}]", field.name, field.unit);
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
  drawing.minimum = picture.minimum;
  drawing.maximum = picture.maximum;
  drawing.color_map = picture.color_map;
  drawing.text = {run_name_of(context.deck), fmt::format("t = {:.6g}, step {}", now.time, now.step),
                  std::string(1, "xyz"[across]), std::string(1, "xyz"[up]), label_of(shown)};
  if (domain.dimensions == 3) {
    const auto normal = static_cast<std::size_t>(picture.plane.normal);
    const double at = domain.lower[normal] + (picture.plane.cell + 0.5) * domain.spacing(picture.plane.normal);
    drawing.text.subtitle += fmt::format(", {} = {:.4g}", "xyz"[normal], at);
  }
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
  drawing.minimum = picture.minimum;
  drawing.maximum = picture.maximum;
  drawing.text = {run_name_of(context.deck), fmt::format("t = {:.6g}, step {}", now.time, now.step), "x",
                  label_of(shown), ""};
  return io::draw(drawing);
}

}  // namespace

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
    pictures.push_back(picture);
  }
  return pictures;
}

std::string draw_picture(const SimulationContext& context, const Picture& picture, const NamedField& field,
                         const Plane& plane, const Moment& now) {
  return context.grid.dimensions() == 1 ? draw_line(context, picture, plane, field, now)
                                        : draw_plane(context, picture, plane, field, now);
}

}  // namespace tarn::apps
