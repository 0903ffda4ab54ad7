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

/// One thing that is wrong with a deck.
struct DeckProblem {
  Position position;    ///< without a source: it has no place
  std::string key;      ///< the full name of the key or table, such as "output[0].every"; may be empty
  std::string what;     ///< what is wrong, and what would be right
  std::string of = {};  ///< which members of an ensemble have it, such as "members 0-3"; empty: it is no ensemble's

  bool operator==(const DeckProblem&) const = default;  ///< all of it
};

/// "members 0-3: file:line:column: table.key: what is wrong", without the parts that there are not.
std::string to_string(const DeckProblem& problem);

/// Everything that is wrong with a deck. what() has a line for each.
class DeckError : public UsageError {
 public:
  explicit DeckError(std::vector<DeckProblem> problems);  ///< at least one

  const std::vector<DeckProblem>& problems() const noexcept { return problems_; }  ///< in the order of the lines
  /// Each as to_string() writes it.
  std::vector<std::string> lines() const;

 private:
  std::vector<DeckProblem> problems_;
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
  /// All of them, fit for a terminal: the files' problems by line and column, then those of overrides.
  std::vector<DeckProblem> sorted() const;
  /// The same, one line each.
  std::vector<std::string> lines() const;

  /// @throws DeckError with all of them, if there are any
  void throw_if_any() const;

 private:
  std::vector<DeckProblem> problems_;
};

}  // namespace tarn::io
