#include "tarn/io/deck/problems.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::io {

namespace {

// Keys and messages repeat what was written, which may be megabytes.
constexpr std::size_t longest_key = 300, longest_what = 1000;

std::string join(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines)
    all += (all.empty() ? "" : "\n") + line;
  return all;
}

/// A file's problems come before those of overrides, and those of the whole file before its lines.
auto rank(const Position& position) {
  const bool is_override = position.source.starts_with("--set ");
  return std::tuple(is_override, position.line, position.column);
}

}  // namespace

std::string to_string(const Position& position) {
  const auto& of = position.source;
  const auto source = of.starts_with("--set ") ? printable(of) : path_text(of);
  if (position.line == 0) return source;
  return fmt::format("{}:{}:{}", source, position.line, position.column);
}

DeckError::DeckError(std::vector<std::string> lines) : UsageError(join(lines)), lines_(std::move(lines)) {}

void Problems::add(const Position& position, const std::string& key, const std::string& what) {
  if (full()) return;
  Problem problem{position, key, what};
  if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end()) {
    problems_.push_back(std::move(problem));
  }
}

std::vector<std::string> Problems::lines() const {
  std::vector<const Problem*> sorted;
  for (const auto& problem : problems_)
    sorted.push_back(&problem);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Problem* a, const Problem* b) { return rank(a->position) < rank(b->position); });

  std::vector<std::string> lines;
  for (const auto* problem : sorted) {
    const auto key = problem->key.empty() ? "" : shortened(problem->key, longest_key) + ": ";
    lines.push_back(to_string(problem->position) + ": " + key + shortened(problem->what, longest_what));
  }
  if (full()) lines.push_back(fmt::format("only {} problems are told; there may be more", most));
  return lines;
}

void Problems::throw_if_any() const {
  if (!empty()) throw DeckError(lines());
}

}  // namespace tarn::io
