#include "tarn/io/image/animated_png.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "tarn/core/error.hpp"

namespace tarn::io {
namespace {

const std::string signature("\x89PNG\r\n\x1a\n", 8);

std::string big_endian(std::uint32_t value, int bytes = 4) {
  std::string text;
  for (int n = bytes - 1; n >= 0; --n)
    text += static_cast<char>(value >> (8 * n) & 0xff);
  return text;
}

std::uint32_t number_at(const std::string& text, std::size_t place) {
  std::uint32_t value = 0;
  for (std::size_t n = 0; n < 4; ++n)
    value = value << 8 | static_cast<unsigned char>(text[place + n]);
  return value;
}

/// Length, type, data, and the checksum of type and data.
std::string chunk(const std::string& type, const std::string& data) {
  const std::string checked = type + data;
  const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + checked + big_endian(static_cast<std::uint32_t>(sum));
}

/// Calls take(type, data) for each chunk of a file.
template <class Take>
void for_each_chunk(const std::string& png, const Take& take) {
  constexpr std::size_t around = 12;
  if (!png.starts_with(signature)) throw DataError("these bytes are no PNG file");
  for (std::size_t at = signature.size(); at < png.size();) {
    const std::size_t size = png.size() - at < around ? png.size() : number_at(png, at);
    if (size > png.size() - at - std::min(around, png.size() - at)) throw DataError("a PNG file ends within a chunk");
    take(png.substr(at + 4, 4), png.substr(at + 8, size));
    at += around + size;
  }
}

}  // namespace

PngSize png_size(const std::string& png) {
  constexpr std::size_t width = 16, height = 20, end = 24;
  if (!png.starts_with(signature) || png.size() < end) throw DataError("these bytes are no PNG file");
  return {static_cast<int>(number_at(png, width)), static_cast<int>(number_at(png, height))};
}

AnimatedPng::AnimatedPng(double frames_per_second) : frames_per_second_(frames_per_second) {
  if (!(frames_per_second > 0)) throw UsageError("a moving picture needs more than 0 frames a second");
}

/// The frame covers the picture, replaces what was there, and stays for its time.
void AnimatedPng::add_control(const std::string& header) {
  constexpr std::uint32_t largest = std::numeric_limits<std::uint16_t>::max(), unit = 1000;
  const double milliseconds = std::clamp(std::round(unit / frames_per_second_), 1.0, double(largest));
  body_ += chunk("fcTL", big_endian(sequence_++) + header.substr(0, 8) + big_endian(0) + big_endian(0) +
                             big_endian(static_cast<std::uint32_t>(milliseconds), 2) + big_endian(unit, 2) +
                             std::string(2, '\0'));
}

void AnimatedPng::add(const std::string& png) {
  for_each_chunk(png, [&](const std::string& type, const std::string& data) {
    if (type == "IHDR") {
      if (frames_ > 0 && data != header_) throw DataError("the frames of a moving picture have unlike sizes");
      header_ = data;
      add_control(data);
    } else if (type == "IDAT") {
      body_ += frames_ == 0 ? chunk(type, data) : chunk("fdAT", big_endian(sequence_++) + data);
    }
  });
  ++frames_;
}

std::string AnimatedPng::file() {
  if (frames_ == 0) throw UsageError("a moving picture needs frames; it has none");
  const std::string endless = big_endian(0);
  return signature + chunk("IHDR", header_) + chunk("acTL", big_endian(static_cast<std::uint32_t>(frames_)) + endless) +
         std::exchange(body_, {}) + chunk("IEND", "");
}

}  // namespace tarn::io
