#pragma once

#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::io {

/// The sheet of a picture that has so many pixels of its own; its size in the file is `drawing`'s, if it says one.
/// @param width, height  that suit the picture; taken where the drawing says nothing
Sheet natural_sheet(const Drawing& drawing, double width, double height);

/// Whether a drawing has a size.
bool is_sized(const Drawing& drawing);

/// The sheet of a drawing with a size: a larger file has larger letters, a smaller one smaller ones as long as they can
/// be read.
/// @throws UsageError for a size beyond those of Drawing
Sheet sized_sheet(const Drawing& drawing);

}  // namespace tarn::io
