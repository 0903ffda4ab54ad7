#pragma once

#include <string>

#include "tarn/apps/cli/words.hpp"

namespace tarn::cli {

/// A page for man(1), in the language of roff.
std::string man_page(const CommandWords& program);

/// What bash and zsh source to complete the program's commands, options, choices, names of apps and files.
std::string bash_completion(const CommandWords& program);
std::string zsh_completion(const CommandWords& program);

}  // namespace tarn::cli
