#include "tarn/io/files/shell_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/io/deck/printable.hpp"

namespace tarn::io {

namespace {

/// How many bytes at `i` are a character that stands in a line as it is; 0 for a control character (U+0080 to U+009F,
/// which are C2 80 to C2 9F, too) and for a byte that is no UTF-8.
std::size_t plain_bytes(const std::string& word, std::size_t i) {
  const std::size_t length = utf8_length(word, i);
  const auto byte = [&](std::size_t n) { return static_cast<unsigned char>(word[n]); };
  const bool is_control = byte(i) < 0x20 || byte(i) == 0x7f || (length == 2 && byte(i) == 0xc2 && byte(i + 1) < 0xa0);
  return is_control ? 0 : length;
}

bool is_plain_word(const std::string& word) {
  for (std::size_t i = 0; i < word.size();) {
    const std::size_t length = plain_bytes(word, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

/// $'a\012b': no line of a script ever begins with data.
std::string escaped(const std::string& word) {
  std::string text = "$'";
  for (std::size_t i = 0; i < word.size();) {
    const std::size_t length = plain_bytes(word, i);
    if (length == 0) {
      text += fmt::format("\\{:03o}", static_cast<unsigned char>(word[i]));
    } else {
      if (word[i] == '\'' || word[i] == '\\') text += '\\';
      text.append(word, i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return text + "'";
}

}  // namespace

std::string shell_word(const std::string& word) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  if (!is_plain_word(word)) return escaped(word);
  std::string text = "'";
  for (const char c : word)
    text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += ' ';
    text += shell_word(word);
  }
  return text;
}

std::string path_text(const std::filesystem::path& path) {
  const std::string text = path.string();
  return is_plain_word(text) ? text : escaped(text);
}

}  // namespace tarn::io
