// What stands in for canvas.cpp in a build without Cairo.
#ifndef TARN_HAVE_CAIRO

#include "tarn/core/error.hpp"
#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::io {
namespace {

[[noreturn]] void refuse() {
  throw UsageError(
      "this build of tarn draws no pictures: Cairo was not found when it was built (Debian: install "
      "libcairo2-dev and build again)");
}

}  // namespace

struct Canvas::Cairo {};

bool images_available() {
  return false;
}
Pixels read_png(const std::string&) {
  refuse();
}

Canvas::Canvas(int, int) {
  refuse();
}
Canvas::Canvas(const Sheet&) {
  refuse();
}
Canvas::~Canvas() = default;
int Canvas::image_pixels(double) const {
  refuse();
}
double Canvas::text_width(const std::string&, const TextStyle&) {
  refuse();
}
std::string Canvas::shortened(const std::string&, const TextStyle&, double) {
  refuse();
}
void Canvas::write(const std::string&, Point, Align, const TextStyle&) {
  refuse();
}
void Canvas::write_upwards(const std::string&, Point, Align, const TextStyle&) {
  refuse();
}
void Canvas::fill(const Box&, const Color&) {
  refuse();
}
void Canvas::frame(const Box&, const LineStyle&) {
  refuse();
}
void Canvas::join(const std::vector<Point>&, const LineStyle&, const Box&) {
  refuse();
}
void Canvas::fill(const std::vector<Point>&, const Color&) {
  refuse();
}
void Canvas::paint(const Pixels&, const Box&) {
  refuse();
}
std::string Canvas::file() {
  refuse();
}

}  // namespace tarn::io

#endif
