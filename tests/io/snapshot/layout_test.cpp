#include "tarn/io/snapshot/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::io {
namespace {

using hdf5::Box;
using hdf5::Extents;

TEST(ChunkShape, IsTheDatasetIfItIsSmall) {
  EXPECT_EQ(chunk_shape({13, 21}, 8), (Extents{13, 21}));
  EXPECT_EQ(chunk_shape({1}, 4), (Extents{1}));
  EXPECT_EQ(chunk_shape({1024, 512}, 8), (Extents{1024, 512}));  // 4 MiB
}

TEST(ChunkShape, HasTwoToFourMebibytesOfALargeDataset) {
  for (const Extents& dims :
       {Extents{1000000007}, Extents{4097, 4099}, Extents{1, 100000000}, Extents{1000, 1000, 1000}}) {
    for (const std::size_t element : {4, 8}) {
      const Extents chunk = chunk_shape(dims, element);

      const auto bytes = Box{{}, chunk}.size() * element;
      EXPECT_LE(bytes, 4u << 20);
      EXPECT_GE(bytes, 2u << 20);
      for (std::size_t axis = 0; axis < dims.size(); ++axis)
        EXPECT_LE(chunk[axis], dims[axis]);
    }
  }
}

TEST(ChunksTouched, CountsThoseABoxReachesInto) {
  EXPECT_EQ(chunks_touched({{3, 0}, {2, 5}}, {4, 5}), (Extents{2, 1}));
  EXPECT_EQ(chunks_touched({{4, 4}, {4, 2}}, {4, 5}), (Extents{1, 2}));
  EXPECT_EQ(chunks_touched({{4, 4}, {0, 2}}, {4, 5}), (Extents{0, 0}));
}

TEST(WriteRounds, AreOneIfTheLimitAllows) {
  const auto rounds = write_rounds({10, 10}, {5, 5}, {2, 2}, 8, 4 * 25 * 8);

  ASSERT_EQ(rounds.size(), 1u);
  EXPECT_EQ(rounds[0].count, (Extents{10, 10}));
}

TEST(WriteRounds, CoverEveryCellOnceInWholeChunksBelowTheLimit) {
  const Extents dims{11, 7, 13}, chunk{4, 3, 5};
  const std::uint64_t limit = 3 * 60 * 8;
  std::vector<int> covered(11 * 7 * 13, 0);

  const auto rounds = write_rounds(dims, chunk, {3, 3, 3}, 8, limit);

  for (const Box& box : rounds) {
    std::uint64_t chunks = 1;
    for (int axis = 0; axis < 3; ++axis) {
      EXPECT_EQ(box.offset[axis] % chunk[axis], 0u);
      chunks *= (box.count[axis] + chunk[axis] - 1) / chunk[axis];
    }
    EXPECT_LE(chunks * 60 * 8, limit);
    for (hsize_t k = 0; k < box.count[0]; ++k) {
      for (hsize_t j = 0; j < box.count[1]; ++j) {
        for (hsize_t i = 0; i < box.count[2]; ++i) {
          ++covered[((box.offset[0] + k) * 7 + box.offset[1] + j) * 13 + box.offset[2] + i];
        }
      }
    }
  }
  EXPECT_THAT(covered, testing::Each(1));
}

TEST(WriteRounds, GrowWithTheNumberOfRanks) {
  // 64 chunks along the first axis, of which a rank touches 4: all ranks can write together.
  EXPECT_EQ(write_rounds({640}, {10}, {4}, 8, 4 * 80).size(), 1u);
  EXPECT_EQ(write_rounds({640}, {10}, {64}, 8, 4 * 80).size(), 16u);
}

}  // namespace
}  // namespace tarn::io
