#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tarn::io {

/// A word of a command, such as a path in one that a message tells to write, as a shell takes it: any bytes but NUL, as
/// data. Control characters, and bytes that are no UTF-8, are escaped as bash does, in $'...', so that the word stays
/// on its line; without them every POSIX shell understands it.
std::string shell_word(const std::string& word);

/// Words of one command, with a blank between.
std::string shell_words(const std::vector<std::string>& words);

/// A path as messages name it: as it is, or as shell_word() writes it where it has control characters, which would
/// break the line or be obeyed by a terminal, or bytes that are no UTF-8.
std::string path_text(const std::filesystem::path& path);

}  // namespace tarn::io
