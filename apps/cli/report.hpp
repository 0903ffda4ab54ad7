#pragma once

#include "tarn/apps/cli/commands.hpp"

namespace tarn::cli {

/// Adds the subcommand that makes report.html of a run again.
Command add_report(CLI::App& program);

}  // namespace tarn::cli
