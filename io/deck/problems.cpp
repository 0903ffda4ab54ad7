#include "tarn/io/deck/problems.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::io {

namespace {

// Keys and messages repeat what was written, which may be megabytes.
constexpr std::size_t longest_key = 300, longest_what = 1000;

std::vector<std::string> lines_of(const std::vector<DeckProblem>& problems) {
  std::vector<std::string> lines;
  for (const auto& problem : problems)
    lines.push_back(to_string(problem));
  return lines;
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

std::string to_string(const DeckProblem& problem) {
  std::string text;
  for (const auto& part : {problem.of, to_string(problem.position), problem.key})
    text += part.empty() ? "" : part + ": ";
  return text + problem.what;
}

DeckError::DeckError(std::vector<DeckProblem> problems)
    : UsageError(fmt::format("{}", fmt::join(lines_of(problems), "\n"))), problems_(std::move(problems)) {}

std::vector<std::string> DeckError::lines() const {
  return lines_of(problems_);
}

void Problems::add(const Position& position, const std::string& key, const std::string& what) {
  if (full()) return;
  DeckProblem problem{position, key, what};
  if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end()) {
    problems_.push_back(std::move(problem));
  }
}

std::vector<DeckProblem> Problems::sorted() const {
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const DeckProblem& a, const DeckProblem& b) { return rank(a.position) < rank(b.position); });
  for (auto& problem : sorted) {
    problem.key = shortened(problem.key, longest_key);
    problem.what = shortened(problem.what, longest_what);
  }
  if (full()) sorted.push_back({{}, "", fmt::format("only {} problems are told; there may be more", most)});
  return sorted;
}

std::vector<std::string> Problems::lines() const {
  return lines_of(sorted());
}

void Problems::throw_if_any() const {
  if (!empty()) throw DeckError(sorted());
}

}  // namespace tarn::io
