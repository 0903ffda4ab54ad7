#pragma once

#include <string>

namespace tarn::io {

/// The text of a deck's file, or of a pipe, which is read to its end.
/// @throws DataError if it cannot be opened or read, or is a folder
std::string read_deck_text(const std::string& file);

/// Whether a deck can be read once only, and by this process alone: it is a pipe, a terminal or the like.
bool is_read_once(const std::string& file);

}  // namespace tarn::io
