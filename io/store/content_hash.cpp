#include "tarn/io/store/content_hash.hpp"

#include <array>
#include <bit>
#include <cstring>

#include <fmt/format.h>

namespace tarn::io {

namespace {

constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87u, prime2 = 0xC2B2AE3D27D4EB4Fu, prime3 = 0x165667B19E3779F9u,
                        prime4 = 0x85EBCA77C2B2AE63u, prime5 = 0x27D4EB2F165667C5u;
constexpr std::size_t stripe = 32;  // bytes, one word for each of four lanes

template <class Word>
std::uint64_t load(const unsigned char* from) {
  static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

std::uint64_t round_of(std::uint64_t lane, std::uint64_t word) {
  return std::rotl(lane + word * prime2, 31) * prime1;
}

/// The four lanes over all whole stripes, folded into one word.
std::uint64_t fold_stripes(const unsigned char*& at, std::size_t& left, std::uint64_t seed) {
  std::array<std::uint64_t, 4> lanes{seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
  for (; left >= stripe; left -= stripe, at += stripe) {
    for (std::size_t n = 0; n < 4; ++n)
      lanes[n] = round_of(lanes[n], load<std::uint64_t>(at + 8 * n));
  }
  std::uint64_t hash =
      std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes)
    hash = (hash ^ round_of(0, lane)) * prime1 + prime4;
  return hash;
}

}  // namespace

std::uint64_t hash64(const void* bytes, std::size_t count, std::uint64_t seed) {
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::size_t left = count;
  std::uint64_t hash = count >= stripe ? fold_stripes(at, left, seed) : seed + prime5;
  hash += count;
  for (; left >= 8; left -= 8, at += 8)
    hash = std::rotl(hash ^ round_of(0, load<std::uint64_t>(at)), 27) * prime1 + prime4;
  for (; left >= 4; left -= 4, at += 4)
    hash = std::rotl(hash ^ load<std::uint32_t>(at) * prime1, 23) * prime2 + prime3;
  for (; left > 0; --left, ++at)
    hash = std::rotl(hash ^ *at * prime5, 11) * prime1;
  hash = (hash ^ hash >> 33) * prime2;
  hash = (hash ^ hash >> 29) * prime3;
  return hash ^ hash >> 32;
}

std::string hash_text(std::uint64_t hash) {
  return fmt::format("xxh64:{:016x}", hash);
}

}  // namespace tarn::io
