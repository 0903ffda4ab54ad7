#include "tarn/io/snapshot/layout.hpp"

#include <algorithm>

namespace tarn::io {

using hdf5::Extents;

namespace {

hsize_t product(const Extents& lengths) {
  return hdf5::Box{{}, lengths}.size();
}

hsize_t quotient_up(hsize_t a, hsize_t b) {
  return (a + b - 1) / b;
}

}  // namespace

Extents chunk_shape(const Extents& dims, std::size_t element_bytes) {
  constexpr std::uint64_t most = std::uint64_t{4} << 20;
  Extents chunk = dims;
  while (product(chunk) * element_bytes > most) {
    auto& slowest = *std::find_if(chunk.begin(), chunk.end(), [](hsize_t length) { return length > 1; });
    slowest = quotient_up(slowest, 2);
  }
  return chunk;
}

}  // namespace tarn::io
