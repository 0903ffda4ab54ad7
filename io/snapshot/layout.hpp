#pragma once

#include <cstdint>
#include <vector>

#include "tarn/io/hdf5/dataset.hpp"

namespace tarn::io {

/// The chunk of a dataset: the dataset itself, with its slowest axis halved again and again, and once that is 1 the
/// next, until the chunk has 4 MiB or less (so 2 to 4 MiB). A chunk is then one piece of the array in memory, which
/// needs no copy. It depends on the dataset alone, not on the ranks that write it.
/// @param dims  lengths, slowest axis first, >= 1
hdf5::Extents chunk_shape(const hdf5::Extents& dims, std::size_t element_bytes);

}  // namespace tarn::io
