#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tarn::io {

/// The 64-bit hash XXH64 (Y. Collet, "xxHash fast digest algorithm", version 0.1.1), in pieces. Fast, and any tool can
/// compute it; it is no protection against forgery.
class Hash64 {
 public:
  /// @param seed  another one gives other hashes
  explicit Hash64(std::uint64_t seed = 0) : lanes_{seed + prime_1 + prime_2, seed + prime_2, seed, seed - prime_1} {}

  void add(const void* bytes, std::size_t size);  ///< more of the content
  std::uint64_t value() const;                    ///< of all that was added

  /// With seed 0.
  static std::uint64_t of(const void* bytes, std::size_t size) {
    Hash64 hash;
    hash.add(bytes, size);
    return hash.value();
  }

 private:
  static constexpr std::uint64_t prime_1 = 0x9E3779B185EBCA87, prime_2 = 0xC2B2AE3D27D4EB4F;

  std::array<std::uint64_t, 4> lanes_;
  std::array<unsigned char, 32> rest_{};  ///< bytes that do not fill a stripe yet
  std::size_t rest_size_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace tarn::io
