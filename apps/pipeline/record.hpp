#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/element_type.hpp"
#include "tarn/apps/pipeline/stamp.hpp"

namespace tarn::apps::pipeline {

/// A single number of any type.
struct Scalar {
  ElementType type = ElementType::float64;
  std::int64_t whole = 0;     ///< of integers
  double real = 0, imag = 0;  ///< of the others

  /// From its bytes.
  static Scalar of(ElementType type, const void* bytes);
  /// The shortest text that gives the same number back; complex as Python's "1+2j".
  std::string text() const;
};

/// What became of an item.
struct Record {
  std::string file;
  std::string program;       ///< hash of what was done
  std::int64_t attempt = 0;  ///< which process of the run did it: 1, and one more with each restart
  Stamp input;               ///< of the input
  std::string input_hash;    ///< of the array that was read, see ArrayHash
  bool done = false;
  std::string message;  ///< why not
  std::map<std::string, Scalar> scalars;
  Stamp output;             ///< of the file of kept arrays, if there is one
  std::string output_hash;  ///< of its bytes
  std::uint64_t bytes_read = 0, to_device = 0, to_host = 0;
  double read_seconds = 0;      ///< of the file thread
  double device_seconds = 0;    ///< from the first step to the last result; where blocks stream, their reading too
  std::uint64_t pool_peak = 0;  ///< of the rank, until then [bytes]
  std::int64_t block_rows = 0;  ///< 0: it was computed whole
  int rank = 0;
};

/// Appends a record to a log and writes it to the disk: when this returns, it counts. Each line carries its hash.
/// @throws Io, NoSpace
void append_record(const std::filesystem::path& log, const Record& record);

/// The log of a rank within a run directory.
std::filesystem::path log_of_rank(const std::filesystem::path& run, int rank);

/// The logs of all ranks, sorted.
std::vector<std::filesystem::path> logs_in(const std::filesystem::path& run);

/// The newest record of each file, by attempts, from the logs of all ranks; a line that a crash tore, or that is
/// damaged, does not count.
/// @throws Io
std::map<std::string, Record> read_records(const std::filesystem::path& run);

}  // namespace tarn::apps::pipeline
