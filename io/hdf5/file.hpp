#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io::hdf5 {

/// Many attributes stay in the object header, which has a checksum; a long text outside it would have none.
constexpr unsigned attributes_in_header = 1024;

/// The same of links. HDF5 would move more than eight out of it: a state of some fields has as many at the root.
constexpr unsigned links_in_header = 4096;

/// Creates a file with the driver of an access property list: format of HDF5 1.10, no timestamps.
/// @throws Io, NoSpace
Object create_file(const std::filesystem::path& path, const Hid& access);

/// Checks signature and length of a file of tarn's without HDF5: its header stands at its beginning.
/// @return the length that its header tells; 0 for headers of formats that tarn does not write
/// @throws Io, Truncated if it is shorter than its header says, Corrupt if it is no HDF5 file
std::uint64_t check_superblock(const std::filesystem::path& path);

/// Opens anybody's file for reading on this rank alone, without HDF5's file lock. Not collective. Its header may stand
/// behind a user block.
/// @throws Io, Truncated if it is shorter than its header says, Corrupt if it is no HDF5 file
Object open_file(const std::filesystem::path& path);

/// @throws Io, NoSpace
Object create_group(const Object& parent, const std::string& name);

/// Opens a group behind a hard link; links that lead elsewhere are refused.
/// @throws Missing, Corrupt
Object open_group(const Object& parent, const std::string& name);

/// The names of a group's members, in alphabetical order.
/// @throws Corrupt, also for more than 100,000 members
std::vector<std::string> member_names(const Object& group);

/// Checks that a name is there, as a hard link.
/// @param name  of one member, no path
/// @throws Missing with the names that there are, Corrupt for a soft or external link or a name that is a path
void require_hard_link(const Object& parent, const std::string& name);

/// Whether a member is behind a hard link, which leads to no other place of this file nor out of it.
/// @throws Corrupt
bool is_hard_link(const Object& parent, const std::string& name);

/// "/data/0" and "fields" become "/data/0/fields".
std::string join(const std::string& parent, const std::string& name);

}  // namespace tarn::io::hdf5
