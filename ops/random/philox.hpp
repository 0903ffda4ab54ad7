#pragma once

#include <cstdint>

#include <Kokkos_Core.hpp>

// Counter-based random numbers: a number is a function of its seed, stream and counter, so that any rank,
// thread or restart finds the same one without a state to keep.

namespace tarn::ops {

/// Four words of 32 bits.
struct PhiloxBlock {
  std::uint32_t words[4];  ///< random bits
};

/// Philox4x32-10 of Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.
/// @param counter  the block's number, 128 bits, lowest word first
/// @param key      64 bits, lowest word first
KOKKOS_INLINE_FUNCTION PhiloxBlock philox(PhiloxBlock counter, std::uint32_t key0, std::uint32_t key1) {
  std::uint32_t* c = counter.words;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53u} * c[0], second = std::uint64_t{0xCD9E8D57u} * c[2];
    const std::uint32_t next0 = static_cast<std::uint32_t>(second >> 32) ^ c[1] ^ key0;
    const std::uint32_t next2 = static_cast<std::uint32_t>(first >> 32) ^ c[3] ^ key1;
    c[0] = next0;
    c[1] = static_cast<std::uint32_t>(second);
    c[2] = next2;
    c[3] = static_cast<std::uint32_t>(first);
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

/// A number of 53 random bits, uniform in [0, 1).
/// @param seed     the run's choice
/// @param stream   what the number is for; streams of a seed are independent of each other
/// @param counter  which number of the stream, such as a cell's number in the domain
KOKKOS_INLINE_FUNCTION double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  const PhiloxBlock block = philox({{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                                     static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)}},
                                   static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
  const std::uint64_t bits = std::uint64_t{block.words[1]} << 32 | block.words[0];
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace tarn::ops
