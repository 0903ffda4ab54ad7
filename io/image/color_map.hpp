#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tarn::io {

/// A colour as a screen shows it: sRGB, 8 bits a channel.
struct Color {
  std::uint8_t r = 0, g = 0, b = 0;               ///< red, green and blue of sRGB
  bool operator==(const Color&) const = default;  ///< all three
};

/// The names of the colour maps: "thermal" (black, red, yellow, white), "ocean" (indigo, teal, yellow), both
/// sequential with rising lightness, and "balance" (blue, white, red) for values around zero.
const std::vector<std::string>& color_map_names();

/// The colour at a share of a colour map's length. Equal shares are equal distances to the eye, and lightness
/// rises strictly (in "balance": up to the middle, then falls), so that a map also reads in grey and with any
/// kind of colour blindness.
/// @param share  0 (the lowest value) to 1 (the highest); beyond them the end's colour, NaN the lowest's
/// @throws UsageError if there is no such map; the message has the names
/// The maps are paths through Oklab (B. Ottosson, "A perceptual color space for image processing", 2020),
/// walked at constant speed, in 256 entries.
Color color_at(const std::string& name, double share);

}  // namespace tarn::io
