#include "tarn/io/snapshot/layout.hpp"

#include <algorithm>

namespace tarn::io {

using hdf5::Box;
using hdf5::Extents;

namespace {

hsize_t product(const Extents& lengths) {
  return Box{{}, lengths}.size();
}

hsize_t quotient_up(hsize_t a, hsize_t b) {
  return (a + b - 1) / b;
}

/// Chunks of a round that one rank may have to move.
hsize_t most_moved(const Extents& round, const Extents& touched) {
  hsize_t moved = 1;
  for (std::size_t axis = 0; axis < round.size(); ++axis)
    moved *= std::min(round[axis], touched[axis]);
  return moved;
}

}  // namespace

Extents chunk_shape(const Extents& dims, std::size_t element_bytes) {
  constexpr std::uint64_t most = std::uint64_t{4} << 20;
  Extents chunk = dims;
  while (product(chunk) * element_bytes > most) {
    auto& longest = *std::max_element(chunk.begin(), chunk.end());
    longest = quotient_up(longest, 2);
  }
  return chunk;
}

Extents chunk_counts(const Extents& dims, const Extents& chunk) {
  Extents counts(dims.size());
  for (std::size_t axis = 0; axis < dims.size(); ++axis)
    counts[axis] = quotient_up(dims[axis], chunk[axis]);
  return counts;
}

Extents chunks_touched(const Box& box, const Extents& chunk) {
  Extents touched(chunk.size(), 0);
  if (box.size() == 0) return touched;
  for (std::size_t axis = 0; axis < chunk.size(); ++axis) {
    const hsize_t last = box.offset[axis] + box.count[axis] - 1;
    touched[axis] = last / chunk[axis] - box.offset[axis] / chunk[axis] + 1;
  }
  return touched;
}

std::vector<Box> write_rounds(const Extents& dims, const Extents& chunk, const Extents& touched,
                              std::size_t element_bytes, std::uint64_t limit) {
  Extents round = chunk_counts(dims, chunk);
  const std::uint64_t chunk_bytes = product(chunk) * element_bytes;
  while (most_moved(round, touched) * chunk_bytes > limit) {
    const auto longer = std::find_if(round.begin(), round.end(), [](hsize_t length) { return length > 1; });
    if (longer == round.end()) break;
    *longer = quotient_up(*longer, 2);
  }

  const std::size_t rank = dims.size();
  Extents step(rank);
  for (std::size_t axis = 0; axis < rank; ++axis)
    step[axis] = round[axis] * chunk[axis];
  const Extents steps = chunk_counts(dims, step);
  std::vector<Box> rounds;
  for (hsize_t number = 0; number < product(steps); ++number) {
    Box box{Extents(rank), Extents(rank)};
    hsize_t left = number;
    for (std::size_t axis = rank; axis-- > 0; left /= steps[axis]) {
      box.offset[axis] = left % steps[axis] * step[axis];
      box.count[axis] = std::min(step[axis], dims[axis] - box.offset[axis]);
    }
    rounds.push_back(std::move(box));
  }
  return rounds;
}

}  // namespace tarn::io
