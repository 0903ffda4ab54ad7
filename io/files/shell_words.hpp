#pragma once

#include <string>
#include <vector>

namespace tarn::io {

/// A word of a command, such as a path in one that a message tells to write, as a shell takes it: any bytes but NUL, as
/// data. Control characters are escaped as bash does, in $'...', so that the word stays on its line; without them every
/// POSIX shell understands it.
std::string shell_word(const std::string& word);

/// Words of one command, with a blank between.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace tarn::io
