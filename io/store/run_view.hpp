#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_json.hpp"

namespace tarn::io {

/// What history.csv holds in whole rows.
struct HistoryTable {
  std::vector<std::string> columns;       ///< after step and time
  std::vector<std::int64_t> steps;        ///< of the rows
  std::vector<double> times;              ///< of the problem, likewise
  std::vector<std::vector<double>> rows;  ///< the values after step and time
};

/// A run directory, of a run that goes on or has ended, as its files tell of it. It takes no lock, writes nothing, and
/// asks nobody who owns it. It shows one moment: what a running run commits later is not in it.
class RunView {
 public:
  /// @throws Io if the manifest or run.json cannot be read
  explicit RunView(const std::filesystem::path& run);

  const std::filesystem::path& path() const { return path_; }  ///< the run directory
  const RunJson& summary() const { return summary_; }          ///< run.json, as it was when this was opened
  const Manifest& manifest() const { return manifest_; }       ///< of the committed files

  /// "running"; "killed" for a run that should be running and is not; what run.json tells of one that ended, any text,
  /// not fit for a terminal; "unknown"; "datasets" for a directory that is no run.
  std::string status() const;
  /// How far the run has come. run.json is written at its start and at its end: until it has ended in order, the newest
  /// file that it has committed knows better. Nothing for what takes no steps.
  std::optional<std::int64_t> steps() const;

  /// The committed files of a kind, such as "snapshot" or "checkpoint", with their steps and times, oldest first.
  std::vector<ManifestEntry> files(const std::string& kind) const;
  /// The deck, overrides included.
  /// @throws Missing if the run has not stored it yet, Io
  std::string deck() const;
  /// The rows of history.csv that are whole; nothing where there is no such file.
  /// @throws Corrupt if it is no table of numbers, Io
  HistoryTable history() const;

 private:
  std::filesystem::path path_;
  Manifest manifest_;
  RunJson summary_;
};

}  // namespace tarn::io
