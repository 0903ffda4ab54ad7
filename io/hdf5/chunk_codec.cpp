#include "tarn/io/hdf5/chunk_codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/files/hash64.hpp"
#include "tarn/io/hdf5/fletcher32.hpp"

namespace tarn::io::hdf5 {

namespace {

constexpr int deflate_level = 1;
/// Both sums go over a piece while it is in the first-level cache.
constexpr std::uint64_t piece = 16 << 10;

/// All first bytes of the numbers, then all second ones, and so on.
std::vector<char> shuffled(const char* values, std::uint64_t size, std::size_t element) {
  std::vector<char> result(size);
  const std::uint64_t numbers = size / element;
  for (std::size_t byte = 0; byte < element; ++byte) {
    char* const target = result.data() + byte * numbers;
    for (std::uint64_t n = 0; n < numbers; ++n)
      target[n] = values[n * element + byte];
  }
  return result;
}

void unshuffle(const std::vector<char>& bytes, std::size_t element, char* values) {
  const std::uint64_t numbers = bytes.size() / element;
  for (std::size_t byte = 0; byte < element; ++byte) {
    const char* const source = bytes.data() + byte * numbers;
    for (std::uint64_t n = 0; n < numbers; ++n)
      values[n * element + byte] = source[n];
  }
}

std::uint32_t checksum_of(const void* bytes, std::uint64_t size) {
  Fletcher32 sum;
  sum.add(bytes, size);
  return sum.value();
}

}  // namespace

ChunkSums sums_of(const void* values, std::uint64_t size) {
  const auto* bytes = static_cast<const char*>(values);
  Fletcher32 checksum;
  Hash64 hash;
  for (std::uint64_t at = 0; at < size; at += piece) {
    const std::uint64_t count = std::min(piece, size - at);
    checksum.add(bytes + at, count);
    hash.add(bytes + at, count);
  }
  return {hash.value(), checksum.value()};
}

CompressedChunk compress_chunk(const void* values, std::uint64_t size, std::size_t element) {
  const auto bytes = shuffled(static_cast<const char*>(values), size, element);
  uLongf length = ::compressBound(size);
  CompressedChunk chunk{Hash64::of(values, size), std::vector<char>(length + checksum_bytes)};
  auto* const target = reinterpret_cast<Bytef*>(chunk.stored.data());
  const int result = ::compress2(target, &length, reinterpret_cast<const Bytef*>(bytes.data()), size, deflate_level);
  require(result == Z_OK, fmt::format("zlib cannot compress {} bytes: error {}", size, result));
  const std::uint32_t checksum = checksum_of(chunk.stored.data(), length);
  std::memcpy(chunk.stored.data() + length, &checksum, checksum_bytes);
  chunk.stored.resize(length + checksum_bytes);
  return chunk;
}

std::string decode_chunk(std::vector<char>& stored, Compression compression, std::size_t element, void* values,
                         std::uint64_t size, std::uint64_t& hash) {
  if (stored.size() < checksum_bytes) return fmt::format("has {} bytes", stored.size());
  const std::uint64_t length = stored.size() - checksum_bytes;
  std::uint32_t expected = 0;
  std::memcpy(&expected, stored.data() + length, checksum_bytes);
  if (compression == Compression::none) {
    if (length != size) return fmt::format("has {} bytes of values; {} expected", length, size);
    const ChunkSums sums = sums_of(stored.data(), length);
    if (sums.checksum != expected) return "does not have its Fletcher32 checksum";
    std::memcpy(values, stored.data(), length);
    hash = sums.hash;
    return {};
  }
  if (checksum_of(stored.data(), length) != expected) return "does not have its Fletcher32 checksum";
  std::vector<char> bytes(size);
  uLongf inflated = size;
  const int result = ::uncompress(reinterpret_cast<Bytef*>(bytes.data()), &inflated,
                                  reinterpret_cast<const Bytef*>(stored.data()), length);
  if (result != Z_OK || inflated != size) return fmt::format("cannot be inflated to {} bytes", size);
  unshuffle(bytes, element, static_cast<char*>(values));
  hash = Hash64::of(values, size);
  return {};
}

}  // namespace tarn::io::hdf5
