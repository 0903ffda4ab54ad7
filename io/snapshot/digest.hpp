#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::io {

/// What a file holds of one field.
struct FieldContent {
  FieldEntry entry;
  hdf5::Extents dims;
  std::vector<std::uint64_t> hashes;  ///< of its chunks
};

/// The SHA-256 of all that a reader gets to know from a file, written into it: pieces of a file that were exchanged
/// for others, each with sound checksums, are found out by it.
/// @param schema  the file's version
std::string content_digest(std::int64_t schema, const SnapshotInfo& info, const GridBlock& grid,
                           std::vector<FieldContent> fields);

}  // namespace tarn::io
