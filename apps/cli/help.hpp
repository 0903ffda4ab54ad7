#pragma once

#include <string>

#include "tarn/apps/cli/words.hpp"

namespace tarn::cli {

/// What `--help` prints of a command: how it is called, what it does, its arguments, options and inner commands. The
/// same with every release of the parser, whose own help differs from one to the next.
std::string help_text(const CommandWords& command);

}  // namespace tarn::cli
