#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tarn::cli {

/// Runs an MPI launcher to its end. What is asked of this process is asked of the ranks, by way of the launcher and of
/// rank 0: SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 and SIGXCPU ask them for a checkpoint, as soon as they hear and
/// again until they say that it came, as does the death of this process; a second SIGINT ends them; SIGTSTP and SIGCONT
/// stop them and let them go on.
/// @param words  the launcher and its arguments
/// @param input  what it reads on its standard input; nothing: an empty one
/// @param asked  takes the last signal that asked this process for the end of the ranks; 0 if none came
/// @returns its exit code; 128 + n if signal n ended it
/// @throws UsageError if no process can be made
int run_launcher(const std::vector<std::string>& words, const std::optional<std::string>& input, int* asked = nullptr);

}  // namespace tarn::cli
