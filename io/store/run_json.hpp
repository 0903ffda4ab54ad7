#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::io {

/// What a run's run.json tells, as far as tarn itself reads it; whoever else wrote into it may have written anything.
struct RunJson {
  std::optional<std::string> status;  ///< "running", "done" and so on; any text, not fit for a terminal
  std::optional<std::int64_t> steps;  ///< >= 0
  bool in_batch = false;              ///< whether a batch of an ensemble wrote it for one of its members
  std::string version;                ///< of the tarn that wrote it, such as "0.2.0"; empty where it does not say
};

/// Reads run.json of a run directory; what is not there, or cannot be understood, is left out.
/// @throws Io if it cannot be read or is no regular file
RunJson read_run_json(const std::filesystem::path& run);

/// The same for a text that is at hand.
RunJson parse_run_json(std::string_view text);

}  // namespace tarn::io
