#include "tarn/io/snapshot/chunk_source.hpp"

#include <algorithm>
#include <cstring>

#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn::io {

using hdf5::Box;
using hdf5::DatasetLayout;
using hdf5::Extents;

namespace {

/// Chunks that a rank assembles at a time: enough that ranks do not wait for each other's disk too often.
constexpr hsize_t chunks_a_round = 8;

/// The numbers of the chunks that a box touches.
std::vector<hsize_t> chunks_touched(const DatasetLayout& layout, const Box& box) {
  std::vector<hsize_t> numbers;
  if (box.size() == 0) return numbers;
  const Extents counts = layout.chunk_counts();
  const std::size_t rank = counts.size();
  Extents first(rank), last(rank);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    first[axis] = box.offset[axis] / layout.chunk[axis];
    last[axis] = (box.offset[axis] + box.count[axis] - 1) / layout.chunk[axis];
  }
  for (Extents at = first;;) {
    hsize_t number = 0;
    for (std::size_t axis = 0; axis < rank; ++axis)
      number = number * counts[axis] + at[axis];
    numbers.push_back(number);
    std::size_t axis = rank;
    while (axis > 0 && at[axis - 1] == last[axis - 1]) {
      at[axis - 1] = first[axis - 1];
      --axis;
    }
    if (axis == 0) return numbers;
    ++at[axis - 1];
  }
}

/// One round of assembling: messages in flight and the chunks being filled.
class Round {
 public:
  Round(const Communicator& ranks, const ChunkOwners& owners, const DatasetLayout& layout, const char* values)
      : ranks_(ranks), owners_(owners), layout_(layout), values_(values) {}

  /// Starts what this rank has to do for one chunk: to send its part of it, or to receive those of others.
  void start(hsize_t chunk, const std::vector<int>& holders) {
    const int owner = owners_.owner(chunk);
    if (owner == ranks_.rank()) {
      receive(chunk, holders);
    } else {
      send(chunk, owner);
    }
  }

  /// Waits for all messages and hands the chunks on.
  /// @return whether the values of any go with this object
  bool finish(const TakeChunk& take) {
    bool any_copied = false;
    require_mpi(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
    for (Assembly& assembly : assemblies_) {
      if (assembly.in_place) {
        take(assembly.chunk, assembly.in_place);
        continue;
      }
      any_copied = true;
      for (const Incoming& part : assembly.incoming)
        copy_box(part.box, element(), part.box, part.bytes.data(), assembly.stored, assembly.values.data());
      take(assembly.chunk, assembly.values.data());
    }
    return any_copied;
  }

 private:
  struct Incoming {
    Box box;
    std::vector<char> bytes;
  };
  struct Assembly {
    hsize_t chunk = 0;
    Box stored;
    const char* in_place = nullptr;
    std::vector<char> values;
    std::vector<Incoming> incoming;
  };

  std::size_t element() const { return bytes_of(layout_.element); }

  /// Where a chunk lies within this rank's block in one piece, or nullptr.
  const char* place_in_block(const Box& stored, const Box& box) const {
    const Box& block = owners_.block(ranks_.rank());
    if (intersection(block, stored).size() != stored.size()) return nullptr;  // not all, or cut off at the rim
    bool one_piece = true, longer_before = false;
    hsize_t place = 0;
    for (std::size_t axis = 0; axis < box.count.size(); ++axis) {
      one_piece = one_piece && (!longer_before || box.count[axis] == block.count[axis]);
      longer_before = longer_before || box.count[axis] > 1;
      place = place * block.count[axis] + (box.offset[axis] - block.offset[axis]);
    }
    return one_piece ? values_ + place * element() : nullptr;
  }

  void receive(hsize_t chunk, const std::vector<int>& holders) {
    const Box box = layout_.chunk_box(chunk);
    Assembly& assembly = assemblies_.emplace_back();
    assembly.chunk = chunk;
    assembly.stored = {box.offset, layout_.chunk};
    assembly.in_place = place_in_block(assembly.stored, box);
    if (assembly.in_place) return;
    assembly.values.assign(layout_.chunk_bytes(), 0);
    for (const int holder : holders) {
      const Box part = intersection(box, owners_.block(holder));
      if (holder == ranks_.rank()) {
        copy_box(part, element(), owners_.block(holder), values_, assembly.stored, assembly.values.data());
        continue;
      }
      Incoming& incoming = assembly.incoming.emplace_back(Incoming{part, std::vector<char>(part.size() * element())});
      require_mpi(MPI_Irecv(incoming.bytes.data(), static_cast<int>(incoming.bytes.size()), MPI_BYTE, holder, 0,
                            ranks_.handle(), &requests_.emplace_back()),
                  "MPI_Irecv");
    }
  }

  void send(hsize_t chunk, int owner) {
    const Box& block = owners_.block(ranks_.rank());
    const Box part = intersection(layout_.chunk_box(chunk), block);
    if (part.size() == 0) return;
    auto& bytes = outgoing_.emplace_back(part.size() * element());
    copy_box(part, element(), block, values_, part, bytes.data());
    require_mpi(MPI_Isend(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, owner, 0, ranks_.handle(),
                          &requests_.emplace_back()),
                "MPI_Isend");
  }

  const Communicator& ranks_;
  const ChunkOwners& owners_;
  const DatasetLayout& layout_;
  const char* values_;
  std::vector<Assembly> assemblies_;
  std::vector<std::vector<char>> outgoing_;
  std::vector<MPI_Request> requests_;
};

}  // namespace

ChunkOwners::ChunkOwners(const Communicator& ranks, const DatasetLayout& layout, const Box& block) {
  const std::size_t rank = layout.dims.size();
  Extents own = block.offset;
  own.insert(own.end(), block.count.begin(), block.count.end());
  Extents all(own.size() * static_cast<std::size_t>(ranks.size()));
  const int numbers = static_cast<int>(own.size());
  static_assert(sizeof(hsize_t) == sizeof(std::uint64_t));
  require_mpi(MPI_Allgather(own.data(), numbers, MPI_UINT64_T, all.data(), numbers, MPI_UINT64_T, ranks.handle()),
              "MPI_Allgather");

  owners_.assign(Box{{}, layout.chunk_counts()}.size(), 0);
  std::vector<hsize_t> most(owners_.size(), 0);
  for (int holder = 0; holder < ranks.size(); ++holder) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(holder) * numbers;
    const auto middle = begin + static_cast<std::ptrdiff_t>(rank);
    blocks_.push_back({Extents(begin, middle), Extents(middle, begin + numbers)});
    for (const hsize_t chunk : chunks_touched(layout, blocks_.back())) {
      const hsize_t cells = intersection(layout.chunk_box(chunk), blocks_.back()).size();
      if (cells <= most[chunk]) continue;
      most[chunk] = cells;
      owners_[chunk] = holder;
    }
  }
}

hsize_t ChunkOwners::most_owned() const {
  std::vector<hsize_t> owned(blocks_.size(), 0);
  for (const int owner : owners_)
    ++owned[static_cast<std::size_t>(owner)];
  return *std::max_element(owned.begin(), owned.end());
}

void for_each_chunk(const Communicator& ranks, const ChunkOwners& owners, const DatasetLayout& layout,
                    const void* values, const TakeChunk& take, const std::function<void()>& let_go) {
  // Which ranks hold a part of which chunk; of the chunks of others this rank needs to know its own share alone.
  std::vector<std::vector<int>> holders(owners.chunks());
  for (int holder = 0; holder < ranks.size(); ++holder) {
    for (const hsize_t chunk : chunks_touched(layout, owners.block(holder))) {
      if (holder == ranks.rank() || owners.owner(chunk) == ranks.rank()) holders[chunk].push_back(holder);
    }
  }
  // In round r every rank assembles its chunks number r * chunks_a_round and following, in ascending order.
  std::vector<std::vector<hsize_t>> rounds((owners.most_owned() - 1) / chunks_a_round + 1);
  std::vector<hsize_t> seen(static_cast<std::size_t>(ranks.size()), 0);
  for (hsize_t chunk = 0; chunk < owners.chunks(); ++chunk)
    rounds[seen[static_cast<std::size_t>(owners.owner(chunk))]++ / chunks_a_round].push_back(chunk);
  for (const auto& chunks : rounds) {
    Round round(ranks, owners, layout, static_cast<const char*>(values));
    for (const hsize_t chunk : chunks) {
      if (!holders[chunk].empty()) round.start(chunk, holders[chunk]);
    }
    if (round.finish(take)) let_go();
  }
}

}  // namespace tarn::io
