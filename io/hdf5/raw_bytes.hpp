#pragma once

#include <cstdint>
#include <filesystem>

#include "tarn/io/files/file_operations.hpp"

namespace tarn::io::hdf5 {

/// Reads `size` bytes from a place of a file.
/// @throws Truncated if the file ends before, Io
void read_bytes(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t address, void* bytes,
                std::uint64_t size);

/// Writes `size` bytes, and behind them `tail_size` more, to a place of a file; goes on after interrupts and short
/// writes.
/// @throws Io, NoSpace
void write_bytes(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t address,
                 const void* bytes, std::uint64_t size, const void* tail = nullptr, std::uint64_t tail_size = 0);

/// Reads a range back and compares it with what was written there.
/// @throws Corrupt if it differs, Truncated, Io
void check_bytes(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t address,
                 const void* bytes, std::uint64_t size);

/// Tells the system to begin writing this range to the disk, so that less is left for the sync at the end. A hint: an
/// error is found by that sync.
void start_writing_out(const FileDescriptor& file, std::uint64_t address, std::uint64_t size);

}  // namespace tarn::io::hdf5
