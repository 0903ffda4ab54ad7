#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tarn::io {

/// XXH64 of bytes that lie in one piece; see Hash64.
std::uint64_t hash64(const void* bytes, std::size_t count, std::uint64_t seed = 0);

/// "xxh64:" and 16 hexadecimal digits.
std::string hash_text(std::uint64_t hash);

/// The hash of a dataset's values, put together from its chunks in any order and on any number of ranks: the sum,
/// modulo 2^64, of the hashes of its chunks, each seeded with the chunk's number (C order). A chunk at the rim counts
/// with the values within the dataset alone.
class ContentHash {
 public:
  /// in any order
  void add(std::uint64_t chunk, const void* bytes, std::size_t count) { sum_ += hash64(bytes, count, chunk); }

  /// This rank's share: add those of all ranks, then take hash_text().
  std::uint64_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace tarn::io
