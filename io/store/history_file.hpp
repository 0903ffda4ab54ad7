#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/hash64.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::io {

/// Reduced quantities over time as CSV: a header row, then one row per entry. The first two columns are step
/// and time. Numbers are the shortest text that reads back to the same bits. Lives on one rank, usually 0.
class HistoryFile {
 public:
  /// Starts a new file, replacing one of that name.
  /// @param relative  its place in the run directory
  /// @param columns   names of the columns after step and time, without commas, quotes and line ends
  /// @throws UsageError for such a name, Io, NoSpace, PathEscape
  static HistoryFile create(const RunDirectory& run, const std::filesystem::path& relative,
                            const std::vector<std::string>& columns);

  /// Continues a file after a restart: keeps the header and the whole rows up to `step`, dropping later ones
  /// and every row that a crash left torn; starts a new file where there is none. The file is rewritten
  /// aside if anything goes.
  /// @throws DataError if its header has other columns, UsageError, Io, NoSpace, PathEscape
  static HistoryFile resume(const RunDirectory& run, const std::filesystem::path& relative,
                            const std::vector<std::string>& columns, std::int64_t step);

  /// Hands one row to the operating system.
  /// @param values  one per column after step and time
  /// @throws ShapeMismatch for another number of values, Io, NoSpace; the file then ends with its last whole
  /// row
  void append(std::int64_t step, double time, const std::vector<double>& values);

  /// Writes the rows to the disk; from then on the manifest vouches for them.
  /// @throws Io, NoSpace
  void flush();

  /// Rows that resume() found torn and dropped.
  int torn_rows() const { return torn_rows_; }

 private:
  HistoryFile(const RunDirectory& run, const std::filesystem::path& relative, std::string_view content,
              std::size_t columns, int torn_rows);
  void vouch();
  ManifestEntry entry() const;

  std::filesystem::path run_, relative_;
  FileDescriptor file_;
  Hash64 hash_;                    ///< of all that the file holds
  std::uint64_t size_ = 0;         ///< of the file [bytes]
  std::uint64_t vouched_for_ = 0;  ///< bytes that the manifest tells of
  std::size_t columns_;            ///< after step and time
  int torn_rows_;
};

}  // namespace tarn::io
