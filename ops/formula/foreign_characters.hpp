#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tarn::ops::detail {

/// What is said of a character that is not ASCII.
struct ForeignText {
  std::size_t length;  ///< in bytes: of the character, or of all of a raised number
  std::string shown;   ///< as it stands, in quotes; by its number if nothing would be seen of it
  std::string advice;  ///< what to write in its place, such as "write *"; empty: nothing is known
};

/// @param at  of a byte of 128 or more
ForeignText foreign_text(std::string_view text, std::size_t at);

}  // namespace tarn::ops::detail
