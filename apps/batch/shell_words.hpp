#pragma once

#include <string>
#include <vector>

namespace tarn::batch {

/// A word as a POSIX shell takes it: any bytes but NUL, as data.
std::string shell_word(const std::string& word);

/// Words of one command, with a blank between.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace tarn::batch
