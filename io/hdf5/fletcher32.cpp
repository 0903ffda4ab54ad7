#include "tarn/io/hdf5/fletcher32.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tarn::io::hdf5 {

namespace {

constexpr std::uint64_t modulus = 65535;
constexpr std::size_t lanes = 32;
/// With more groups the inner 32-bit sums could overflow: 65535 * 360 * 361 / 2 < 2^32.
constexpr std::size_t most_groups = 360;

struct Sums {
  std::uint64_t plain = 0;     ///< sum of the words
  std::uint64_t weighted = 0;  ///< each word times the number of words from it to the end
};

/// The sums of groups of `lanes` words. Lane l keeps the sum a of its words and the sum b of that sum after each
/// group; a word of group g of G then counts G - g times in b, and its true weight is (G - g) lanes - l.
Sums sums_of_groups(const unsigned char* bytes, std::size_t groups) {
  std::array<std::uint32_t, lanes> a{}, b{};
  for (std::size_t g = 0; g < groups; ++g) {
    std::array<std::uint16_t, lanes> words;
    std::memcpy(words.data(), bytes + g * sizeof words, sizeof words);
    for (std::size_t l = 0; l < lanes; ++l) {
      a[l] += words[l];
      b[l] += a[l];
    }
  }
  Sums sums;
  std::uint64_t too_much = 0;
  for (std::size_t l = 0; l < lanes; ++l) {
    sums.plain += a[l];
    sums.weighted += std::uint64_t{lanes} * b[l];
    too_much += l * a[l];
  }
  sums.weighted -= too_much;
  return sums;
}

/// Words big endian are words little endian times 256, modulo 65535. The filter's sums are never 0 for data that is
/// not all zeros: it folds carries instead of dividing.
std::uint32_t as_stored(std::uint64_t sum, bool all_zero) {
  const auto rest = static_cast<std::uint32_t>(sum * 256 % modulus);
  return rest == 0 && !all_zero ? static_cast<std::uint32_t>(modulus) : rest;
}

}  // namespace

void Fletcher32::add(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  const auto take = [&](const Sums& sums, std::size_t words) {
    second_ = (second_ + words % modulus * first_ + sums.weighted) % modulus;
    first_ = (first_ + sums.plain) % modulus;
    all_zero_ = all_zero_ && sums.plain == 0;
  };
  while (size >= 2 * lanes) {
    const std::size_t groups = std::min(size / (2 * lanes), most_groups);
    take(sums_of_groups(bytes, groups), groups * lanes);
    bytes += 2 * lanes * groups;
    size -= 2 * lanes * groups;
  }
  for (; size > 1; bytes += 2, size -= 2) {
    const std::uint64_t word = bytes[0] | std::uint64_t{bytes[1]} << 8;
    take({word, word}, 1);
  }
  if (size == 1) take({bytes[0], bytes[0]}, 1);  // the filter pads with a low byte of zero
}

std::uint32_t Fletcher32::value() const {
  return as_stored(second_, all_zero_) << 16 | as_stored(first_, all_zero_);
}

}  // namespace tarn::io::hdf5
