#pragma once

#include <string>
#include <vector>

namespace tarn::batch {

/// What a site needs in every job: ~/.config/tarn/site.toml, or the file that TARN_SITE names.
struct Site {
  std::string scheduler, partition, account;
  std::string launcher;                ///< empty: the scheduler's own
  std::vector<std::string> modules;    ///< loaded by `module load`
  std::vector<std::string> container;  ///< the words between the launcher and tarn: "apptainer", "exec", "tarn.sif"
  std::string program;                 ///< the tarn program there; empty: this one
  std::string lines_file;              ///< as --template
};

/// Reads it; nothing is set where there is no such file.
/// @throws UsageError with all that is wrong with it, by line and column; DataError if it cannot be read
Site read_site();

}  // namespace tarn::batch
