#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tarn/core/error.hpp"

namespace tarn::io {

/// A place in a deck or on the command line.
struct Position {
  std::string source;  ///< the file, or an override such as "--set time.cfl=2"
  int line = 0;        ///< from 1; 0: no line (the whole file, or an override)
  int column = 0;      ///< from 1, counted in characters, not bytes; 0: no column

  bool operator==(const Position&) const = default;  ///< file, line and column
};

/// The place as compilers write it: "deck.toml:3:5", or the source alone where there is no line.
std::string to_string(const Position& position);

/// Everything that is wrong with a deck, one line each.
class DeckError : public UsageError {
 public:
  explicit DeckError(std::vector<std::string> lines);  ///< one for each problem, with its place

  /// One "file:line:column: table.key: what is wrong" each. what() is these, joined by '\n'.
  const std::vector<std::string>& lines() const noexcept { return lines_; }

 private:
  std::vector<std::string> lines_;
};

/// Collects what is wrong with a deck, so that all of it is reported at once.
class Problems {
 public:
  /// Beyond `most` they are left out: nobody reads so many, and a file that is no deck has millions.
  /// @param key   the full name of the key or table, such as "output[0].every"; may be empty
  /// @param what  what is wrong, and what would be right
  void add(const Position& position, const std::string& key, const std::string& what);

  static constexpr std::size_t most = 1000;  ///< problems that are kept

  bool empty() const { return problems_.empty(); }  ///< whether nothing was wrong so far
  /// How many there are, at most `most`; exact duplicates count once.
  std::size_t count() const { return problems_.size(); }
  /// Whether there are as many as are told: then it is no use to look for more.
  bool full() const { return problems_.size() >= most; }
  /// One line each, fit for a terminal: the files' problems by line and column, then those of overrides.
  std::vector<std::string> lines() const;

  /// @throws DeckError with all lines, if there are any
  void throw_if_any() const;

 private:
  struct Problem {
    Position position;
    std::string key;
    std::string what;

    bool operator==(const Problem&) const = default;
  };
  std::vector<Problem> problems_;
};

}  // namespace tarn::io
