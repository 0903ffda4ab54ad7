#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/store/run_view.hpp"

namespace tarn::plot {

/// Where a file of the series of many members has the fields of one of them at one time.
struct MemberPlace {
  std::uint64_t member = 0;  ///< from 0
  std::uint64_t number = 0;  ///< of the snapshot, from 0
};

/// A file that holds fields at one time, or datasets of anybody.
struct Snapshot {
  std::filesystem::path file;
  std::int64_t step = 0;  ///< or its number among files without steps
  double time = 0;        ///< of the problem
  bool sealed = false;    ///< whether tarn wrote it with a seal, which must hold before anything is read
  std::optional<MemberPlace> place = {};  ///< in a file that holds those of many members
};

/// Snapshots of one name, oldest first.
struct Series {
  std::string name;
  std::vector<Snapshot> snapshots;
};

/// A run directory, or one file. Of a member of an ensemble that ran in a batch the snapshots are those of the batch.
class Source {
 public:
  /// @param member  of a file that holds the series of many, which needs it
  /// @throws UsageError for a directory that is no run, and for a member that is not there, Io, Corrupt
  explicit Source(const std::filesystem::path& path, std::optional<std::uint64_t> member = {});

  const std::filesystem::path& path() const { return path_; }     ///< as it was given
  const std::string& name() const { return name_; }               ///< of the run, else of the file
  const std::optional<io::RunView>& run() const { return run_; }  ///< nothing for a file
  const std::vector<Series>& series() const { return series_; }   ///< that hold something, as the run began them
  /// The deck that the results are of; empty where there is none.
  std::string deck() const;

 private:
  void open_file(std::optional<std::uint64_t> member);
  void find_series();

  std::filesystem::path path_;
  std::string name_;
  std::optional<io::RunView> run_;
  std::vector<Series> series_;
};

/// Names for the sources that tell them apart: of the runs, else as they were given.
std::vector<std::string> names_of(const std::vector<Source>& sources);

}  // namespace tarn::plot
