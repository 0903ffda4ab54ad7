#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io::hdf5 {

/// Creates a file that all ranks write together, replacing what the path holds: format of HDF5 1.10, no
/// timestamps, metadata written independently (collective metadata is broken in 1.10.5 to 1.10.8).
/// Collective.
/// @throws Io, NoSpace
Object create_file(const Communicator& ranks, const std::filesystem::path& path);

/// Flushes a written file to the disk and closes it. Collective.
///
/// Where HDF5 cannot close a file it keeps an identifier of it that crashes the library's own termination, so
/// after a failure that termination is kept from running.
/// @throws Io, NoSpace
void close_file(Object& file);

/// Opens a file for reading on this rank alone, without HDF5's file lock. Not collective.
/// @throws Io, Truncated if it is shorter than its header says, Corrupt if it is no HDF5 file
Object open_file(const std::filesystem::path& path);

/// @throws Io, NoSpace
Object create_group(const Object& parent, const std::string& name);

/// Opens a group behind a hard link; links that lead elsewhere are refused.
/// @throws Missing, Corrupt
Object open_group(const Object& parent, const std::string& name);

/// The names of a group's members, in alphabetical order.
/// @throws Corrupt
std::vector<std::string> member_names(const Object& group);

/// Checks that a name is there, as a hard link.
/// @throws Missing with the names that there are, Corrupt for a soft or external link
void require_hard_link(const Object& parent, const std::string& name);

/// "/data/0" and "fields" become "/data/0/fields".
std::string join(const std::string& parent, const std::string& name);

}  // namespace tarn::io::hdf5
