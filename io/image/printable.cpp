#include <algorithm>

#include "tarn/io/image/canvas.hpp"

namespace tarn::io {
namespace {

/// Bytes of the character that starts here, or 0 if it is no UTF-8 (Unicode 15, table 3-7).
std::size_t character_size(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(k < text.size() ? text[k] : 0); };
  const unsigned char lead = byte(at), second = byte(at + 1);
  if (lead < 0x80) return 1;
  std::size_t size = 0;
  if (lead >= 0xC2 && lead <= 0xDF) size = 2;
  if (lead >= 0xE0 && lead <= 0xEF) size = 3;
  if (lead >= 0xF0 && lead <= 0xF4) size = 4;
  for (std::size_t k = 1; k < size; ++k) {
    if ((byte(at + k) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second > 0x9F;
  const bool beyond = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : size;
}

}  // namespace

std::string printable(const std::string& text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = character_size(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    if (size == 0) {
      kept += '?';
    } else if (first < 0x20 || first == 0x7F) {
      kept += ' ';
    } else {
      kept.append(text, at, size);
    }
    at += std::max<std::size_t>(size, 1);
  }
  return kept;
}

}  // namespace tarn::io
