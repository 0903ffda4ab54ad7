#include "tarn/io/snapshot/chunk_writer.hpp"

#include <fcntl.h>

#include <exception>
#include <map>

#include "tarn/core/parallel/mpi_status.hpp"
#include "tarn/io/hdf5/chunk_codec.hpp"
#include "tarn/io/hdf5/raw_bytes.hpp"
#include "tarn/io/snapshot/chunk_source.hpp"
#include "tarn/io/snapshot/structure.hpp"
#include "tarn/io/store/agree.hpp"

namespace tarn::io {

using hdf5::Box;
using hdf5::checksum_bytes;
using hdf5::Compression;
using hdf5::Dataset;
using hdf5::DatasetLayout;

namespace {

/// Runs actions until the first that throws; the ranks agree on it later, for they must not leave each other alone in
/// the middle of an exchange.
class FirstFailure {
 public:
  template <class Action>
  void unless_failed(const Action& action) {
    if (!failure_) in_any_case(action);
  }
  template <class Action>
  void in_any_case(const Action& action) {
    try {
      action();
    } catch (...) {
      if (!failure_) failure_ = std::current_exception();
    }
  }
  void agree(const Communicator& ranks) const {
    io::agree(ranks, [&] {
      if (failure_) std::rethrow_exception(failure_);
    });
  }

 private:
  std::exception_ptr failure_;
};

hsize_t chunks_of(const DatasetLayout& layout) {
  return Box{{}, layout.chunk_counts()}.size();
}

void sum_over_ranks(const Communicator& ranks, std::vector<std::int64_t>& values) {
  constexpr std::size_t most = 1 << 20;
  for (std::size_t at = 0; at < values.size(); at += most)
    ranks.sum(values.data() + at, static_cast<int>(std::min(most, values.size() - at)));
}

}  // namespace

ChunkWriter::ChunkWriter(const Communicator& ranks, const std::filesystem::path& path, hdf5::FileImage* image)
    : ranks_(ranks), path_(path), image_(image), file_(FileDescriptor::open(path, O_RDWR | O_NOFOLLOW)) {}

/// Gives every chunk of a dataset its place in the file. Collective.
/// @param sizes  of the stored chunks [bytes]
std::vector<std::uint64_t> ChunkWriter::place(const Dataset* dataset, const DatasetLayout& layout,
                                              const std::vector<std::int64_t>& sizes) const {
  std::vector<std::uint64_t> addresses(sizes.size());
  agree_on_root(ranks_, [&] {
    for (hsize_t n = 0; n < sizes.size(); ++n) {
      addresses[n] =
          image_->place_chunk(dataset->object, layout.chunk_box(n).offset, static_cast<std::uint64_t>(sizes[n]));
    }
  });
  constexpr std::size_t most = 1 << 20;
  for (std::size_t at = 0; at < addresses.size(); at += most) {
    require_mpi(MPI_Bcast(addresses.data() + at, static_cast<int>(std::min(most, addresses.size() - at)), MPI_UINT64_T,
                          0, ranks_.handle()),
                "MPI_Bcast");
  }
  return addresses;
}

void ChunkWriter::write_plain_chunk(std::uint64_t address, const char* values, std::uint64_t size, std::int64_t& hash) {
  const hdf5::ChunkSums sums = hdf5::sums_of(values, size);
  hash = static_cast<std::int64_t>(sums.hash);
  hdf5::write_bytes(file_, path_, address, values, size, &sums.checksum, checksum_bytes);
  hdf5::start_writing_out(file_, address, size + checksum_bytes);
  finish_checking();
  checking_ = std::async([this, address, values, size, checksum = sums.checksum] {
    hdf5::check_bytes(file_, path_, address, values, size);
    hdf5::check_bytes(file_, path_, address + size, &checksum, checksum_bytes);
  });
}

void ChunkWriter::finish_checking() {
  if (checking_.valid()) checking_.get();
}

std::vector<std::int64_t> ChunkWriter::write_plain(const Dataset* dataset, const DatasetLayout& layout,
                                                   const Box& block, const void* values) {
  std::vector<std::int64_t> hashes(chunks_of(layout), 0);
  const std::uint64_t size = layout.chunk_bytes();
  const auto addresses =
      place(dataset, layout, std::vector(hashes.size(), static_cast<std::int64_t>(size + checksum_bytes)));
  const ChunkOwners owners(ranks_, layout, block);
  FirstFailure failure;
  const auto wait = [&] { failure.in_any_case([&] { finish_checking(); }); };
  const auto write = [&](hsize_t number, const char* chunk) {
    failure.unless_failed([&] { write_plain_chunk(addresses[number], chunk, size, hashes[number]); });
  };
  for_each_chunk(ranks_, owners, layout, values, write, wait);
  wait();
  failure.agree(ranks_);
  return hashes;
}

/// Where a chunk goes depends on how well those before it were compressed; so all are, before the first is written.
std::vector<std::int64_t> ChunkWriter::write_compressed(const Dataset* dataset, const DatasetLayout& layout,
                                                        const Box& block, const void* values) {
  std::vector<std::int64_t> hashes(chunks_of(layout), 0), sizes(chunks_of(layout), 0);
  const ChunkOwners owners(ranks_, layout, block);
  std::map<hsize_t, std::vector<char>> compressed;
  FirstFailure failure;
  const auto compress = [&](hsize_t number, const char* chunk) {
    failure.unless_failed([&] {
      auto done = hdf5::compress_chunk(chunk, layout.chunk_bytes(), bytes_of(layout.element));
      hashes[number] = static_cast<std::int64_t>(done.hash);
      sizes[number] = static_cast<std::int64_t>(done.stored.size());
      compressed.emplace(number, std::move(done.stored));
    });
  };
  for_each_chunk(ranks_, owners, layout, values, compress, [] {});
  failure.agree(ranks_);
  sum_over_ranks(ranks_, sizes);
  const auto addresses = place(dataset, layout, sizes);
  agree(ranks_, [&] {
    for (const auto& [number, stored] : compressed)
      write(addresses[number], stored.data(), stored.size());
  });
  return hashes;
}

std::vector<std::uint64_t> ChunkWriter::write_field(const Dataset* dataset, const DatasetLayout& layout,
                                                    const Box& block, const void* values) {
  auto hashes = layout.compression == Compression::none ? write_plain(dataset, layout, block, values)
                                                        : write_compressed(dataset, layout, block, values);
  sum_over_ranks(ranks_, hashes);  // each is 0 but on the rank that wrote the chunk
  return {hashes.begin(), hashes.end()};
}

void ChunkWriter::write_axis(const Dataset* dataset, const GridBlock& grid, int axis) {
  const DatasetLayout layout = axis_layout(grid, axis);
  const hsize_t chunks = chunks_of(layout);
  const std::uint64_t size = layout.chunk_bytes();
  const auto addresses = place(dataset, layout, std::vector(chunks, static_cast<std::int64_t>(size + checksum_bytes)));
  agree(ranks_, [&] {
    std::vector<double> centers(layout.chunk[0], 0.0);
    for (auto number = static_cast<hsize_t>(ranks_.rank()); number < chunks;
         number += static_cast<hsize_t>(ranks_.size())) {
      const Box box = layout.chunk_box(number);
      for (hsize_t n = 0; n < centers.size(); ++n)
        centers[n] = n < box.count[0] ? cell_center(grid, axis, static_cast<std::int64_t>(box.offset[0] + n)) : 0.0;
      std::int64_t not_kept = 0;
      write_plain_chunk(addresses[number], reinterpret_cast<const char*>(centers.data()), size, not_kept);
      finish_checking();
    }
  });
}

void ChunkWriter::write(std::uint64_t address, const void* bytes, std::uint64_t size) {
  hdf5::write_bytes(file_, path_, address, bytes, size);
  hdf5::start_writing_out(file_, address, size);
  hdf5::check_bytes(file_, path_, address, bytes, size);
}

}  // namespace tarn::io
