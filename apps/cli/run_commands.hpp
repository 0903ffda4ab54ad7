#pragma once

#include <vector>

#include "tarn/apps/cli/commands.hpp"

namespace tarn::cli {

/// Adds a subcommand to a program; those of commands.hpp are such.
using AddCommand = Command (*)(CLI::App& program);

/// run_program() with some of the commands.
/// @returns the exit code
int run_commands(int argc, char** argv, const std::vector<AddCommand>& added);

}  // namespace tarn::cli
