#pragma once

#include <optional>
#include <string>

namespace tarn::apps {

/// What a run's files take on the disk [bytes].
struct DiskNeed {
  double expected = 0;  ///< as forecast, without what compression saves
  double certain = 0;   ///< of a run that comes to its end, whatever its walltime and however well numbers compress
  double passing = 0;   ///< beside these while a file is written
};

/// What is free where run directories are made.
struct DiskSpace {
  std::string place;           ///< the folder, or the nearest one above it that exists
  std::optional<double> free;  ///< for this user [bytes]; nothing if the system does not tell
};

/// @param root  where run directories are made; it need not exist yet
DiskSpace disk_space(const std::string& root);

/// A line of a forecast: what a run's files take, beside what is free where they go, and whether that is enough.
std::string space_text(const DiskNeed& need, const std::string& root);

}  // namespace tarn::apps
