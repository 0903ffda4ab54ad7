#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tarn/io/hdf5/file_image.hpp"

namespace tarn::io::hdf5 {

// The seal stands behind the end of the HDF5 file, where HDF5 never looks: a list of the places of the file's structure
// and a hash of all its bytes. HDF5 takes what a damaged structure says for true, and has crashed on it; so a file is
// handed to HDF5 only after every byte that HDF5 will interpret has been found to be what tarn wrote.
//
// Little endian. For each piece: address, size (8 bytes each). Then: "TARNSEAL", version, number of pieces (4 bytes
// each), length of the HDF5 file (8), XXH64 of all of the above and the pieces' bytes (8).

/// The seal's bytes, to be appended at `end`.
/// @param end  length of the HDF5 file
std::string seal_of(const std::vector<FileImage::Piece>& pieces, std::uint64_t end);

/// Bytes of a seal with so many pieces.
std::uint64_t seal_size(std::size_t pieces);

/// Checks signature, length and seal of a file without HDF5. Memory and time are bounded by the file's size.
/// @throws Io, Truncated if the file is shorter than it was, Corrupt if it is no HDF5 file, was not written by tarn, or
///   its structure has changed
void check_seal(const std::filesystem::path& path);

}  // namespace tarn::io::hdf5
