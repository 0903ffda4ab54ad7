#pragma once

#include "tarn/apps/driver/shell_words.hpp"

namespace tarn::batch {

using apps::shell_word;
using apps::shell_words;

}  // namespace tarn::batch
