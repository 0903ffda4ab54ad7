#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace tarn::batch {

/// How a submitted run or ensemble stands: its job by the scheduler, its progress by its own directory.
std::string status_text(const std::filesystem::path& directory);
/// The same as JSON.
std::string status_json(const std::filesystem::path& directory);

/// Tells how a run or an ensemble comes along, a line for each change, until it has ended or `stop` says so. A
/// scheduler that answered once may be silent for a while.
/// @returns the run's exit code; 75 if it is not finished and no job is left; nothing if `stop` ended it
std::optional<int> follow(const std::filesystem::path& directory, const std::function<void(const std::string&)>& print,
                          const std::function<bool()>& stop);

/// Ends the job of a directory.
/// @returns its id
std::string cancel(const std::filesystem::path& directory);

}  // namespace tarn::batch
