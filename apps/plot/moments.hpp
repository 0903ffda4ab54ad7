#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tarn::plot {

/// When something was written.
struct Moment {
  std::int64_t step;  ///< or the number of what has no steps
  double time;        ///< of the problem
};

/// The places in a list of what `--snapshot` means, which every command reads in this way: "newest"; "all"; a whole
/// number, a step, or one below zero, counted from the end (-1: the last); a number with a point or an exponent, or
/// "t=3", the nearest time.
/// @param moments  the oldest first, not empty
/// @param of       whose they are, for messages
/// @throws UsageError for any other word, and a step that is not there
std::vector<std::size_t> chosen_moments(const std::vector<Moment>& moments, const std::string& which,
                                        const std::filesystem::path& of);

/// Whether the word asks for a time.
bool asks_for_time(const std::string& which);

}  // namespace tarn::plot
