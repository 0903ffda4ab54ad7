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

TEST(ChunkShape, IsOnePieceOfTheArray) {
  EXPECT_EQ(chunk_shape({256, 256, 256}, 8), (Extents{8, 256, 256}));
  EXPECT_EQ(chunk_shape({4, 3000, 1000}, 4), (Extents{1, 750, 1000}));
}

}  // namespace
}  // namespace tarn::io
