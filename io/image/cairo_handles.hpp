#pragma once

// What owns Cairo's things. Only a build with Cairo has it, and only the files that draw with it include it.
#ifdef TARN_HAVE_CAIRO

#include <memory>

#include <cairo.h>
#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::io::cairo {

/// @throws Error unless all is well
inline void check(cairo_status_t status, const char* what) {
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(fmt::format("Cairo failed to {}: {}", what, cairo_status_to_string(status)));
  }
}

/// Calls a function of Cairo for a thing that is no longer needed.
template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* thing) const {
    destroy(thing);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Destroy<cairo_destroy>>;
using FontFace = std::unique_ptr<cairo_font_face_t, Destroy<cairo_font_face_destroy>>;
using FontOptions = std::unique_ptr<cairo_font_options_t, Destroy<cairo_font_options_destroy>>;
using Pattern = std::unique_ptr<cairo_pattern_t, Destroy<cairo_pattern_destroy>>;

/// @throws Error if Cairo fails
inline Surface made(cairo_surface_t* surface) {
  Surface owned(surface);
  check(cairo_surface_status(surface), "make a picture");
  return owned;
}

}  // namespace tarn::io::cairo

#endif
