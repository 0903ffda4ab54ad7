#ifdef TARN_HAVE_CAIRO

#include "tarn/io/image/canvas.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <numbers>

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include "tarn/core/error.hpp"
#include "tarn/io/image/cairo_handles.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::io {
namespace {

using cairo::check;
using cairo::FontFace;
using cairo::FontOptions;

FontOptions make_font_options() {
  FontOptions options(cairo_font_options_create());
  check(cairo_font_options_status(options.get()), "make font options");
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_SLIGHT);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  return options;
}

bool usable(cairo_font_face_t* face, const cairo_font_options_t* options) {
  cairo_matrix_t identity;
  cairo_matrix_init_identity(&identity);
  cairo_scaled_font_t* font = cairo_scaled_font_create(face, &identity, &identity, options);
  cairo_text_extents_t extents;
  cairo_scaled_font_text_extents(font, "0", &extents);
  const bool works = cairo_scaled_font_status(font) == CAIRO_STATUS_SUCCESS;
  cairo_scaled_font_destroy(font);
  return works;
}

/// DejaVu Sans, else the system's sans, else the strokes that Cairo itself brings along.
FontFace make_font(cairo_font_weight_t weight, const cairo_font_options_t* options) {
  for (const char* family : {"DejaVu Sans", "sans", "@cairo:"}) {
    FontFace face(cairo_toy_font_face_create(family, CAIRO_FONT_SLANT_NORMAL, weight));
    if (cairo_font_face_status(face.get()) == CAIRO_STATUS_SUCCESS && usable(face.get(), options)) return face;
  }
  throw Error("Cairo found no font, not even its own");
}

extern "C" {  // static: else the name leaves the library, also from a name space without a name
static cairo_status_t append_bytes(void* bytes, const unsigned char* data, unsigned int size) {
  try {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), size);
  } catch (const std::exception&) {  // must not pass through C
    return CAIRO_STATUS_NO_MEMORY;
  }
  return CAIRO_STATUS_SUCCESS;
}
}

cairo::Surface make_surface(const Sheet& sheet, std::string& written) {
  const double width = sheet.width * sheet.scale, height = sheet.height * sheet.scale;
  switch (sheet.format) {
    case PictureFormat::svg:
      return cairo::made(cairo_svg_surface_create_for_stream(append_bytes, &written, width, height));
    case PictureFormat::pdf:
      return cairo::made(cairo_pdf_surface_create_for_stream(append_bytes, &written, width, height));
    default:
      return cairo::made(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::lround(width)),
                                                    static_cast<int>(std::lround(height))));
  }
}

cairo::Surface image_of(const Pixels& pixels) {
  auto image = cairo::made(cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels.width, pixels.height));
  unsigned char* data = cairo_image_surface_get_data(image.get());
  const int stride = cairo_image_surface_get_stride(image.get());
  for (int j = 0; j < pixels.height; ++j) {
    for (int i = 0; i < pixels.width; ++i) {
      const Color& c = pixels.at(i, j);
      const std::uint32_t packed = std::uint32_t{c.r} << 16 | std::uint32_t{c.g} << 8 | c.b;
      std::memcpy(data + std::size_t(j) * stride + 4 * std::size_t(i), &packed, 4);
    }
  }
  cairo_surface_mark_dirty(image.get());
  return image;
}

/// Start of the UTF-8 character before `at`.
std::size_t previous_character(const std::string& text, std::size_t at) {
  do
    --at;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

}  // namespace

struct Canvas::Cairo {
  std::string written;  // by a surface that writes as it is drawn on
  cairo::Surface surface;
  cairo::Context context;
  FontFace regular, bold;

  cairo_t* get() const { return context.get(); }
  void check_drawn(const char* what) const { check(cairo_status(get()), what); }
  void use(const Color& color) const { cairo_set_source_rgb(get(), color.r / 255.0, color.g / 255.0, color.b / 255.0); }
  void use(const TextStyle& style) const {
    cairo_set_font_face(get(), (style.bold ? bold : regular).get());
    cairo_set_font_size(get(), style.size);
    use(style.color);
  }
  void use(const LineStyle& style) const {
    cairo_set_line_width(get(), style.width);
    cairo_set_dash(get(), style.dashes.data(), static_cast<int>(style.dashes.size()), 0);
    use(style.color);
  }
};

bool images_available() {
  return true;
}

Canvas::Canvas(int width, int height) : Canvas(Sheet{double(width), double(height)}) {}

Canvas::Canvas(const Sheet& sheet) : sheet_(sheet), cairo_(std::make_unique<Cairo>()) {
  cairo_->surface = make_surface(sheet, cairo_->written);
  cairo_->context.reset(cairo_create(cairo_->surface.get()));
  cairo_->check_drawn("start a picture");
  const auto options = make_font_options();
  cairo_->regular = make_font(CAIRO_FONT_WEIGHT_NORMAL, options.get());
  cairo_->bold = make_font(CAIRO_FONT_WEIGHT_BOLD, options.get());
  cairo_set_font_options(cairo_->get(), options.get());
  cairo_set_line_join(cairo_->get(), CAIRO_LINE_JOIN_ROUND);
  cairo_scale(cairo_->get(), sheet.scale, sheet.scale);
  cairo_->use(look().background);
  cairo_paint(cairo_->get());
  cairo_->check_drawn("start a picture");
}

Canvas::~Canvas() = default;

int Canvas::image_pixels(double length) const {
  const double finer = sheet_.format == PictureFormat::png ? 1 : 2;
  return std::max(1, static_cast<int>(std::lround(length * sheet_.scale * finer)));
}

double Canvas::text_width(const std::string& text, const TextStyle& style) {
  cairo_->use(style);
  cairo_text_extents_t extents;
  cairo_text_extents(cairo_->get(), printable(text).c_str(), &extents);
  cairo_->check_drawn("measure text");
  return extents.x_advance;
}

std::string Canvas::shortened(const std::string& text, const TextStyle& style, double width) {
  const auto whole = printable(text);
  if (text_width(whole, style) <= width) return whole;
  for (std::size_t end = whole.size(); end > 0;) {
    end = previous_character(whole, end);
    const auto tried = whole.substr(0, end) + "\u2026";
    if (text_width(tried, style) <= width) return tried;
  }
  return "";
}

void Canvas::write(const std::string& text, Point place, Align align, const TextStyle& style) {
  const double width = text_width(text, style);
  const double share = align == Align::start ? 0 : align == Align::middle ? 0.5 : 1;
  cairo_move_to(cairo_->get(), place.x - share * width, place.y);
  cairo_show_text(cairo_->get(), printable(text).c_str());
  cairo_new_path(cairo_->get());
  cairo_->check_drawn("write text");
}

void Canvas::write_upwards(const std::string& text, Point place, Align align, const TextStyle& style) {
  cairo_save(cairo_->get());
  cairo_translate(cairo_->get(), place.x, place.y);
  cairo_rotate(cairo_->get(), -std::numbers::pi / 2);
  write(text, {0, 0}, align, style);
  cairo_restore(cairo_->get());
  cairo_->check_drawn("write text");
}

void Canvas::fill(const Box& box, const Color& color) {
  cairo_->use(color);
  cairo_rectangle(cairo_->get(), box.x, box.y, box.width, box.height);
  cairo_fill(cairo_->get());
  cairo_->check_drawn("fill a box");
}

void Canvas::frame(const Box& box, const LineStyle& style) {
  const double w = style.width;
  fill({box.x - w, box.y - w, box.width + 2 * w, w}, style.color);
  fill({box.x - w, box.bottom(), box.width + 2 * w, w}, style.color);
  fill({box.x - w, box.y, w, box.height}, style.color);
  fill({box.right(), box.y, w, box.height}, style.color);
}

void Canvas::join(const std::vector<Point>& points, const LineStyle& style, const Box& within) {
  if (points.empty()) return;
  cairo_save(cairo_->get());
  cairo_rectangle(cairo_->get(), within.x, within.y, within.width, within.height);
  cairo_clip(cairo_->get());
  cairo_->use(style);
  if (points.size() == 1) {
    cairo_arc(cairo_->get(), points[0].x, points[0].y, 1.5 * style.width, 0, 2 * std::numbers::pi);
    cairo_fill(cairo_->get());
  } else {
    for (const auto& point : points)
      cairo_line_to(cairo_->get(), point.x, point.y);
    cairo_stroke(cairo_->get());
  }
  cairo_restore(cairo_->get());
  cairo_->check_drawn("draw a line");
}

void Canvas::fill(const std::vector<Point>& points, const Color& color) {
  cairo_->use(color);
  for (const auto& point : points)
    cairo_line_to(cairo_->get(), point.x, point.y);
  cairo_close_path(cairo_->get());
  cairo_fill(cairo_->get());
  cairo_->check_drawn("fill a shape");
}

void Canvas::paint(const Pixels& pixels, const Box& box) {
  const auto image = image_of(pixels);
  cairo_save(cairo_->get());
  cairo_translate(cairo_->get(), box.x, box.y);
  cairo_scale(cairo_->get(), box.width / pixels.width, box.height / pixels.height);
  cairo_set_source_surface(cairo_->get(), image.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cairo_->get()), CAIRO_FILTER_NEAREST);
  cairo_rectangle(cairo_->get(), 0, 0, pixels.width, pixels.height);
  cairo_fill(cairo_->get());
  cairo_restore(cairo_->get());
  cairo_->check_drawn("paint pixels");
}

std::string Canvas::file() {
  if (sheet_.format != PictureFormat::png) {
    cairo_surface_finish(cairo_->surface.get());
    check(cairo_surface_status(cairo_->surface.get()), "write a picture");
    return std::move(cairo_->written);
  }
  std::string bytes;
  cairo_surface_flush(cairo_->surface.get());
  check(cairo_surface_write_to_png_stream(cairo_->surface.get(), append_bytes, &bytes), "write a PNG file");
  return bytes;
}

}  // namespace tarn::io

#endif
