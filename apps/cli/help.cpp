#include "tarn/apps/cli/help.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tarn::cli {

namespace {

constexpr std::size_t page_width = 80, name_width = 30;

/// A text from a column on, broken between words into lines that fit the page.
std::string in_column(std::string_view text, std::size_t begin) {
  std::string out;
  std::size_t column = begin;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    if (column > begin && column + 1 + word.size() > page_width) {
      out += '\n' + std::string(begin, ' ');
      column = begin;
    } else if (column > begin) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out + "\n";
}

std::string line_of(const std::string& name, const std::string& text) {
  const std::size_t used = name.size() + 2;
  const std::string gap = used < name_width ? std::string(name_width - used, ' ') : "\n" + std::string(name_width, ' ');
  return "  " + name + gap + in_column(text, name_width);
}

std::string line_of(const Word& word) {
  std::string name;
  for (const auto& one : word.names)
    name += (name.empty() ? "" : ", ") + one;
  if (!word.value.empty()) name += (name.empty() ? "" : " ") + word.value;
  return line_of(name, word.default_text.empty() ? word.meaning : word.meaning + "; default " + word.default_text);
}

std::string usage(const CommandWords& command) {
  std::string line = "Usage: tarn";
  for (const auto& word : command.path)
    line += " " + word;
  if (!command.inner.empty()) line += " COMMAND";
  for (const auto& word : command.words) {
    if (word.names.empty()) line += word.required ? " " + word.value : " [" + word.value + "]";
  }
  return line + " [OPTIONS]\n";
}

std::string section(const char* title, const std::string& lines) {
  return lines.empty() ? "" : fmt::format("\n{}:\n{}", title, lines);
}

}  // namespace

std::string help_text(const CommandWords& command) {
  std::string positionals, options, inner;
  for (const auto& word : command.words)
    (word.names.empty() ? positionals : options) += line_of(word);
  for (const auto& one : command.inner)
    inner += line_of(one.path.back(), one.meaning);
  return usage(command) + "\n" + in_column(command.meaning, 0) + section("Arguments", positionals) +
         section("Options", options) + section("Commands", inner);
}

}  // namespace tarn::cli
