#include "tarn/io/files/shell_words.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::io {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// $'a\012b': no line of a script ever begins with data.
std::string escaped(const std::string& word) {
  std::string text = "$'";
  for (const char c : word) {
    if (is_control(c)) {
      text += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      text += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
  }
  return text + "'";
}

}  // namespace

std::string shell_word(const std::string& word) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  if (std::any_of(word.begin(), word.end(), is_control)) return escaped(word);
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

}  // namespace tarn::io
