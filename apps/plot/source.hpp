#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/store/run_view.hpp"

namespace tarn::plot {

/// A file that holds fields at one time, or datasets of anybody.
struct Snapshot {
  std::filesystem::path file;
  std::int64_t step = 0;  ///< or its number among files without steps
  double time = 0;        ///< of the problem
  bool sealed = false;    ///< whether tarn wrote it with a seal, which must hold before anything is read
};

/// Snapshots of one name, oldest first.
struct Series {
  std::string name;
  std::vector<Snapshot> snapshots;
};

/// A run directory, or one file.
class Source {
 public:
  /// @throws UsageError for a directory that is no run, Io, Corrupt
  explicit Source(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }     ///< as it was given
  const std::string& name() const { return name_; }               ///< of the run, else of the file
  const std::optional<io::RunView>& run() const { return run_; }  ///< nothing for a file
  const std::vector<Series>& series() const { return series_; }   ///< that hold something, as the run began them
  /// The deck that the results are of; empty where there is none.
  std::string deck() const;

 private:
  void find_series();

  std::filesystem::path path_;
  std::string name_;
  std::optional<io::RunView> run_;
  std::vector<Series> series_;
};

/// Names for the sources that tell them apart: of the runs, else as they were given.
std::vector<std::string> names_of(const std::vector<Source>& sources);

}  // namespace tarn::plot
