#ifdef TARN_HAVE_CAIRO

#include <cstring>

#include "tarn/io/image/cairo_handles.hpp"
#include "tarn/io/image/canvas.hpp"

namespace tarn::io {
namespace {

struct Reader {
  const std::string& bytes;
  std::size_t at;
};

extern "C" {  // static: else the name leaves the library, also from a name space without a name
static cairo_status_t take_bytes(void* reader, unsigned char* data, unsigned int size) {
  auto& from = *static_cast<Reader*>(reader);
  if (size > from.bytes.size() - from.at) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(data, from.bytes.data() + from.at, size);
  from.at += size;
  return CAIRO_STATUS_SUCCESS;
}
}

}  // namespace

Pixels read_png(const std::string& bytes) {
  Reader reader{bytes, 0};
  const cairo::Surface surface(cairo_image_surface_create_from_png_stream(take_bytes, &reader));
  const auto status = cairo_surface_status(surface.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    throw DataError(fmt::format("these bytes are no PNG file: {}", cairo_status_to_string(status)));
  }
  const auto format = cairo_image_surface_get_format(surface.get());
  if (format != CAIRO_FORMAT_RGB24 && format != CAIRO_FORMAT_ARGB32) {
    throw DataError("this PNG file has other than 8 bits a channel");
  }
  Pixels pixels{cairo_image_surface_get_width(surface.get()), cairo_image_surface_get_height(surface.get()), {}};
  const unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int j = 0; j < pixels.height; ++j) {
    for (int i = 0; i < pixels.width; ++i) {
      std::uint32_t packed = 0;
      std::memcpy(&packed, data + std::size_t(j) * stride + 4 * std::size_t(i), 4);
      pixels.colors.push_back({std::uint8_t(packed >> 16), std::uint8_t(packed >> 8), std::uint8_t(packed)});
    }
  }
  return pixels;
}

}  // namespace tarn::io

#endif
