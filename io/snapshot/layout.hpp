#pragma once

#include <cstdint>
#include <vector>

#include "tarn/io/hdf5/dataset.hpp"

namespace tarn::io {

/// The chunk of a dataset: the dataset itself, with its longest axis halved again and again until the chunk
/// has 4 MiB or less (so 2 to 4 MiB). It depends on the dataset alone, not on the ranks that write it.
/// @param dims  lengths, slowest axis first, >= 1
hdf5::Extents chunk_shape(const hdf5::Extents& dims, std::size_t element_bytes);

/// Number of chunks along each axis.
hdf5::Extents chunk_counts(const hdf5::Extents& dims, const hdf5::Extents& chunk);

/// Number of chunks along each axis that a box touches; zeros for an empty box.
hdf5::Extents chunks_touched(const hdf5::Box& box, const hdf5::Extents& chunk);

/// Boxes of whole chunks that cover a dataset, to be written one after the other, such that no rank moves
/// more than `limit` bytes for any of them: with checksums a chunk is moved whole, by one of the ranks that
/// touch it.
/// @param touched  the most chunks that any rank touches along each axis, see chunks_touched()
/// @param limit    [bytes], at least one chunk
std::vector<hdf5::Box> write_rounds(const hdf5::Extents& dims, const hdf5::Extents& chunk, const hdf5::Extents& touched,
                                    std::size_t element_bytes, std::uint64_t limit);

}  // namespace tarn::io
