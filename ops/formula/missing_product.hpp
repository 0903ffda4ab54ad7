#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tarn/ops/formula/lexer.hpp"

namespace tarn::ops::detail {

/// Writes with its '*' what a formula has without: "2 pi u" is "2 * pi * u", and "2 sin u" is "2 * sin(u)". For
/// messages.
class MissingProduct {
 public:
  /// How many arguments a function has; nothing of what is none.
  using ArgumentsOf = std::function<std::optional<int>(const std::string& name)>;

  /// @param text          the formula, which outlives this
  /// @param known         the names that may stand in it
  /// @param arguments_of  of one of them
  MissingProduct(std::string_view text, std::vector<std::string> known, ArgumentsOf arguments_of);

  /// The product that goes on at a place without an operator before it: from the factor before that place to the last
  /// one that has no operator either. What is in brackets is left out where it is more than a word. Empty where the
  /// place has no factor that is known.
  /// @param offset  of the place's word in the formula
  std::string at(std::size_t offset) const;

 private:
  struct Factor {
    std::string text;      ///< as it is to be written
    std::size_t next = 0;  ///< the place of the word behind it
    bool ends = false;     ///< nothing can be told of what follows
  };

  bool is(std::size_t place, std::string_view symbol) const;
  bool is_word(std::size_t place) const;
  std::size_t closing(std::size_t opening) const;
  std::string brackets(std::size_t opening) const;
  std::optional<Factor> value_at(std::size_t place) const;
  std::optional<Factor> call_at(std::size_t place, const std::string& name, int arguments) const;
  std::optional<Factor> factor_at(std::size_t place) const;
  std::optional<std::size_t> start_of_value(std::size_t last) const;
  std::optional<std::size_t> start_of_factor(std::size_t place) const;

  std::vector<Token> words_;  ///< up to the first that is none
  std::vector<std::string> known_;
  ArgumentsOf arguments_of_;
};

}  // namespace tarn::ops::detail
