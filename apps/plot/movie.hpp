#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tarn/apps/plot/output.hpp"

namespace tarn::plot {

/// Puts frames into one file.
class Movie {
 public:
  virtual ~Movie() = default;
  /// @param png  of the first frame's size
  virtual void add(const std::string& png) = 0;
  /// Writes the file.
  /// @throws DataError, Io, NoSpace
  virtual void finish() = 0;
};

/// An animated PNG, or an MP4 by way of ffmpeg.
/// @throws UsageError where an MP4 is asked for and ffmpeg is not in PATH
std::unique_ptr<Movie> begin_movie(const Output& output, const std::filesystem::path& place, double frames_per_second);

}  // namespace tarn::plot
