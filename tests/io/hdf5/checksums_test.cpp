#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/files/hash64.hpp"
#include "tarn/io/hdf5/chunk_codec.hpp"
#include "tarn/io/hdf5/dataset.hpp"
#include "tarn/io/hdf5/fletcher32.hpp"

// What the public header does not declare, the library still exports: HDF5's own checksum, to compare with.
extern "C" std::uint32_t H5_checksum_fletcher32(const void* data, std::size_t size);

namespace tarn::io::hdf5 {
namespace {

std::vector<unsigned char> noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<unsigned char> bytes(size);
  for (auto& byte : bytes)
    byte = static_cast<unsigned char>(random());
  return bytes;
}

std::uint32_t fletcher(const std::vector<unsigned char>& bytes) {
  Fletcher32 sum;
  sum.add(bytes.data(), bytes.size());
  return sum.value();
}

TEST(Fletcher, IsWhatHdf5Computes) {
  for (const std::size_t size : {1, 2, 3, 63, 64, 65, 1000, 23039, 23040, 23041, 100000, 4 << 20}) {
    const auto random = noise(size, static_cast<unsigned>(size));
    EXPECT_EQ(fletcher(random), H5_checksum_fletcher32(random.data(), size)) << size;
    for (const unsigned char same : {0x00, 0xff, 0x01}) {
      const std::vector<unsigned char> bytes(size, same);
      EXPECT_EQ(fletcher(bytes), H5_checksum_fletcher32(bytes.data(), size)) << size << " times " << int{same};
    }
  }
}

TEST(Fletcher, AddsUpOverPieces) {
  const auto bytes = noise(100001, 7);
  Fletcher32 sum;
  sum.add(bytes.data(), 2);
  sum.add(bytes.data() + 2, 50000);
  sum.add(bytes.data() + 50002, 49999);

  EXPECT_EQ(sum.value(), fletcher(bytes));
}

TEST(Hash, HasTheValuesOfItsSpecification) {
  EXPECT_EQ(Hash64::of("", 0), 0xEF46DB3751D8E999u);
  EXPECT_EQ(Hash64::of("a", 1), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(Hash64::of("abc", 3), 0x44BC2CF5AD770999u);
}

TEST(Hash, AddsUpOverPiecesOfAnySize) {
  const auto bytes = noise(1000, 3);
  for (const std::size_t piece : {1, 7, 31, 32, 33, 100, 1000}) {
    Hash64 hash;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      hash.add(bytes.data() + at, std::min(piece, bytes.size() - at));
    EXPECT_EQ(hash.value(), hash64(bytes.data(), bytes.size())) << piece;
  }
}

TEST(Codec, GivesBackTheBytesThatItCompressed) {
  std::vector<double> smooth(10000);
  std::iota(smooth.begin(), smooth.end(), 0.0);
  auto chunk = compress_chunk(smooth.data(), smooth.size() * 8, 8);
  std::vector<double> back(smooth.size());
  std::uint64_t hash = 0;

  EXPECT_LT(chunk.stored.size(), smooth.size() * 4);
  EXPECT_EQ(decode_chunk(chunk.stored, Compression::deflate, 8, back.data(), back.size() * 8, hash), "");
  EXPECT_EQ(back, smooth);
  EXPECT_EQ(hash, chunk.hash);
  EXPECT_EQ(hash, Hash64::of(smooth.data(), smooth.size() * 8));
}

TEST(Codec, TellsADamagedChunk) {
  const std::vector<double> values(100, 1.5);
  auto chunk = compress_chunk(values.data(), 800, 8);
  std::vector<double> back(100);
  std::uint64_t hash = 0;
  auto damaged = chunk.stored;
  damaged[5] = static_cast<char>(damaged[5] ^ 1);
  std::vector<char> tiny(3);

  EXPECT_NE(decode_chunk(damaged, Compression::deflate, 8, back.data(), 800, hash), "");
  EXPECT_NE(decode_chunk(tiny, Compression::none, 8, back.data(), 800, hash), "");
  EXPECT_NE(decode_chunk(chunk.stored, Compression::deflate, 8, back.data(), 400, hash), "");
  EXPECT_NE(decode_chunk(chunk.stored, Compression::none, 8, back.data(), 800, hash), "");
}

}  // namespace
}  // namespace tarn::io::hdf5
