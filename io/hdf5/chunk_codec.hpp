#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tarn::io::hdf5 {

/// How the chunks of a dataset are stored. Each ends with its fletcher32 checksum.
enum class Compression {
  none,
  deflate,  ///< the bytes of the numbers sorted by their place (shuffle), then deflate, level 1
};

/// The checksum and the hash of one chunk.
struct ChunkSums {
  std::uint64_t hash = 0;      ///< Hash64 of the values, before compression
  std::uint32_t checksum = 0;  ///< Fletcher32 of the stored bytes
};

/// Bytes behind the stored values of a chunk: its checksum, little endian.
constexpr std::uint64_t checksum_bytes = 4;

/// Both sums of a chunk that is stored as it is, in one pass.
ChunkSums sums_of(const void* values, std::uint64_t size);

/// A compressed chunk as it is stored, checksum included.
struct CompressedChunk {
  std::uint64_t hash = 0;  ///< of the values
  std::vector<char> stored;
};

/// @param values   `size` bytes of numbers of `element` bytes each
/// @throws Error if zlib fails
CompressedChunk compress_chunk(const void* values, std::uint64_t size, std::size_t element);

/// Turns a stored chunk back into values and checks it.
/// @param stored  all its bytes; overwritten
/// @param values  room for `size` bytes
/// @param[out] hash  Hash64 of the values
/// @return what is wrong; empty for a sound chunk
std::string decode_chunk(std::vector<char>& stored, Compression compression, std::size_t element, void* values,
                         std::uint64_t size, std::uint64_t& hash);

}  // namespace tarn::io::hdf5
