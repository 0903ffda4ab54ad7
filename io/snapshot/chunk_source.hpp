#pragma once

#include <functional>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/hdf5/dataset.hpp"

namespace tarn::io {

/// Called with the number of a chunk and its values, the whole chunk in C order; what lies beyond the dataset is zero.
using TakeChunk = std::function<void(hsize_t number, const char* values)>;

/// The blocks that the ranks hold of a dataset, and which rank writes each of its chunks: the one that holds the most
/// of it.
class ChunkOwners {
 public:
  /// Collective.
  ChunkOwners(const Communicator& ranks, const hdf5::DatasetLayout& layout, const hdf5::Box& block);

  int owner(hsize_t chunk) const { return owners_[chunk]; }
  const hdf5::Box& block(int rank) const { return blocks_[static_cast<std::size_t>(rank)]; }
  hsize_t chunks() const { return owners_.size(); }
  /// The most chunks that one rank writes.
  hsize_t most_owned() const;

 private:
  std::vector<hdf5::Box> blocks_;
  std::vector<int> owners_;
};

/// Assembles the chunks of a field from the blocks of all ranks, each on its owner, a few at a time so that little
/// memory is taken. A chunk that lies in one block in one piece is passed on without a copy. Collective.
/// @param values  this rank's block, C order; may be null if it is empty
/// @param take    called on the owner, chunks in ascending order
/// @param let_go  called before values go that `take` was given and that do not lie in the block
/// Neither may throw, since the other ranks would wait.
void for_each_chunk(const Communicator& ranks, const ChunkOwners& owners, const hdf5::DatasetLayout& layout,
                    const void* values, const TakeChunk& take, const std::function<void()>& let_go);

}  // namespace tarn::io
