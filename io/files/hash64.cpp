#include "tarn/io/files/hash64.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tarn::io {

namespace {

constexpr std::uint64_t prime_1 = 0x9E3779B185EBCA87, prime_2 = 0xC2B2AE3D27D4EB4F, prime_3 = 0x165667B19E3779F9,
                        prime_4 = 0x85EBCA77C2B2AE63, prime_5 = 0x27D4EB2F165667C5;

template <class Word>
std::uint64_t word_at(const unsigned char* bytes) {
  static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t word) {
  return std::rotl(lane + word * prime_2, 31) * prime_1;
}

}  // namespace

void Hash64::add(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  total_ += size;
  if (rest_size_ > 0) {
    const std::size_t taken = std::min(size, rest_.size() - rest_size_);
    std::memcpy(rest_.data() + rest_size_, bytes, taken);
    rest_size_ += taken;
    bytes += taken;
    size -= taken;
    if (rest_size_ < rest_.size()) return;
    for (std::size_t n = 0; n < 4; ++n)
      lanes_[n] = round(lanes_[n], word_at<std::uint64_t>(rest_.data() + 8 * n));
    rest_size_ = 0;
  }
  auto lanes = lanes_;
  for (; size >= 32; bytes += 32, size -= 32) {
    for (std::size_t n = 0; n < 4; ++n)
      lanes[n] = round(lanes[n], word_at<std::uint64_t>(bytes + 8 * n));
  }
  lanes_ = lanes;
  if (size > 0) std::memcpy(rest_.data(), bytes, size);
  rest_size_ = size;
}

std::uint64_t Hash64::value() const {
  std::uint64_t hash = lanes_[2] + prime_5;  // the seed, until there is a stripe
  if (total_ >= 32) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) + std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_)
      hash = (hash ^ round(0, lane)) * prime_1 + prime_4;
  }
  hash += total_;
  const unsigned char* bytes = rest_.data();
  const unsigned char* const end = bytes + rest_size_;
  for (; end - bytes >= 8; bytes += 8)
    hash = std::rotl(hash ^ round(0, word_at<std::uint64_t>(bytes)), 27) * prime_1 + prime_4;
  for (; end - bytes >= 4; bytes += 4)
    hash = std::rotl(hash ^ word_at<std::uint32_t>(bytes) * prime_1, 23) * prime_2 + prime_3;
  for (; bytes < end; ++bytes)
    hash = std::rotl(hash ^ *bytes * prime_5, 11) * prime_1;
  hash = (hash ^ hash >> 33) * prime_2;
  hash = (hash ^ hash >> 29) * prime_3;
  return hash ^ hash >> 32;
}

}  // namespace tarn::io
