#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::io::test {

/// A sound file and what it holds.
struct Original {
  std::string bytes;
  SnapshotInfo info;
  GridBlock grid;
  std::vector<double> doubles;  ///< field "u"
  std::vector<float> floats;    ///< field "v"
};

/// Snapshots and checkpoints of 1 to 3 dimensions, with one chunk and with several, plain and compressed.
std::vector<Original> make_originals(const Communicator& ranks, const std::filesystem::path& folder);

/// Opens a file, verifies and reads it whole, as a restart would.
/// @return whether all that was read is what the original holds
/// @throws what the reader throws
bool reads_as_written(const Communicator& ranks, const Original& original, const std::filesystem::path& path);

void write_bytes(const std::filesystem::path& path, const std::string& bytes);

}  // namespace tarn::io::test
