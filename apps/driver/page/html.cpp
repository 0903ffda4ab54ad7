#include "tarn/apps/driver/page/html.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "tarn/io/deck/printable.hpp"

namespace tarn::apps {

namespace {

std::string_view escape_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
}

}  // namespace

std::string html_text(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = io::utf8_length(text, at);
    if (length == 1) {
      const auto escape = escape_of(text[at]);
      if (is_control(text[at])) {
        html += replacement;
      } else if (escape.empty()) {
        html += text[at];
      } else {
        html += escape;
      }
    } else {
      html += length == 0 ? replacement : text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return html;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t there = std::min<std::size_t>(3, bytes.size() - at);
    std::array<std::uint32_t, 3> byte{};
    for (std::size_t n = 0; n < there; ++n)
      byte[n] = static_cast<unsigned char>(bytes[at + n]);
    const std::uint32_t word = byte[0] << 16 | byte[1] << 8 | byte[2];
    text += digits[word >> 18];
    text += digits[word >> 12 & 63];
    text += there > 1 ? digits[word >> 6 & 63] : '=';
    text += there > 2 ? digits[word & 63] : '=';
  }
  return text;
}

std::string html_fold(std::string_view summary, std::string_view content) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", html_text(summary), content);
}

std::string html_fact(std::string_view name, std::string_view value) {
  if (value.empty()) return {};
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", html_text(name), value);
}

}  // namespace tarn::apps
