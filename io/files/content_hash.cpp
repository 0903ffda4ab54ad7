#include "tarn/io/files/content_hash.hpp"

#include <fmt/format.h>

#include "tarn/io/files/hash64.hpp"

namespace tarn::io {

std::uint64_t hash64(const void* bytes, std::size_t count, std::uint64_t seed) {
  Hash64 hash(seed);
  hash.add(bytes, count);
  return hash.value();
}

std::string hash_text(std::uint64_t hash) {
  return fmt::format("xxh64:{:016x}", hash);
}

}  // namespace tarn::io
