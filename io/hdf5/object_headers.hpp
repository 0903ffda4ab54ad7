#pragma once

#include <filesystem>

namespace tarn::io::hdf5 {

/// Walks the object headers of a file that tarn wrote, from the root group along its hard links, without HDF5, and
/// refuses what tarn never writes: HDF5 1.10 follows addresses and divides by sizes that it has not looked at. A seal
/// keeps damage from it; this keeps from it what was made to fit, checksums and seal and all. Refused are messages of
/// other kinds or versions, lengths that do not fit in one another, messages shared through heaps, links and attributes
/// stored outside their header, soft and external links, chunks of no size. Memory and time are bounded by the file's.
///
/// The format: HDF5 File Format Specification, version 3.0, IV.A "Disk Format: Level 2A - Data Object Headers".
/// @throws Corrupt with the place of the header, Truncated, Io
void check_object_headers(const std::filesystem::path& path);

}  // namespace tarn::io::hdf5
