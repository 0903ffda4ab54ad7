#include "tarn/io/hdf5/object_headers.hpp"

#include <fcntl.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/header_message.hpp"
#include "tarn/io/hdf5/raw_bytes.hpp"

namespace tarn::io::hdf5 {

namespace {

constexpr std::uint64_t longest_block = std::uint64_t{64} << 20;  // bytes; a header of tarn has some 100 kB
constexpr std::size_t checksum_size = 4;
constexpr std::uint64_t no_address = ~std::uint64_t{0};

/// Reads the headers of one file, each once.
class Headers {
 public:
  explicit Headers(const std::filesystem::path& path)
      : path_(path), file_(FileDescriptor::open(path, O_RDONLY)), size_(file_.size()) {}

  void check_all() {
    const std::string superblock = read(0, 48);
    ByteCursor cursor(superblock);
    cursor.bytes(8);
    const std::uint64_t version = cursor.number(1), offsets = cursor.number(1), lengths = cursor.number(1);
    if (version != 3 || offsets != 8 || lengths != 8) throw MessageFlaw("a superblock of another version");
    cursor.bytes(1);
    const std::uint64_t base = cursor.number(8), extension = cursor.number(8);
    cursor.bytes(8);
    if (base != 0 || extension != no_address) throw MessageFlaw("a superblock that tarn does not write");
    waiting_.push_back(cursor.number(8));
    while (!waiting_.empty()) {
      place_ = waiting_.back();
      waiting_.pop_back();
      if (seen_.insert(place_).second) check_header();
    }
  }

  std::uint64_t place() const { return place_; }

 private:
  std::string read(std::uint64_t address, std::uint64_t count) {
    if (count > longest_block || address > size_ || count > size_ - address) {
      throw MessageFlaw("a block that lies outside the file");
    }
    // No more than the file holds, and a little: blocks that overlap would be read again and again.
    total_ += count;
    if (total_ > 2 * size_) throw MessageFlaw("blocks that overlap");
    std::string bytes(count, '\0');
    read_bytes(file_, path_, address, bytes.data(), count);
    return bytes;
  }

  void check_header() {
    constexpr std::uint64_t known_flags = 0x3f, keeps_order = 4, keeps_limits = 16, keeps_times = 32;
    const std::string start = read(place_, 16);
    ByteCursor cursor(start);
    if (cursor.bytes(4) != "OHDR" || cursor.number(1) != 2) throw MessageFlaw("no header of an object");
    const std::uint64_t flags = cursor.number(1);
    if ((flags & ~known_flags) != 0 || (flags & keeps_times) != 0) throw MessageFlaw("flags that tarn does not set");
    if (flags & keeps_limits) cursor.bytes(4);
    const std::uint64_t size = cursor.number(std::size_t{1} << (flags & 3));
    const std::uint64_t head = start.size() - cursor.left();
    const std::size_t prefix = flags & keeps_order ? 6 : 4;
    Object object;
    object.blocks.push_back({place_ + head, size});
    check_block(read(place_ + head, size), prefix, object);
    for (std::size_t n = 1; n < object.blocks.size(); ++n) {
      const std::string block = read(object.blocks[n].address, object.blocks[n].size);
      if (block.size() < 4 + checksum_size || block.compare(0, 4, "OCHK") != 0) {
        throw MessageFlaw("a header that goes on where it does not");
      }
      check_block(block.substr(4, block.size() - 4 - checksum_size), prefix, object);
    }
    if (object.chunks) check_chunk_list(object.dims, *object.chunks);
  }

  /// What the messages of one header tell.
  struct Object {
    std::vector<Continuation> blocks;
    std::vector<std::uint64_t> dims;
    std::optional<ChunkList> chunks;
  };

  /// @param prefix  bytes before each message
  void check_block(const std::string& bytes, std::size_t prefix, Object& object) {
    ByteCursor cursor(bytes);
    while (cursor.left() >= prefix) {
      const std::uint64_t kind = cursor.number(1), size = cursor.number(2), flags = cursor.number(1);
      cursor.bytes(prefix - 4);
      const MessageContent content = check_message(kind, flags, cursor.bytes(size));
      if (content.object) waiting_.push_back(*content.object);
      if (content.continuation) object.blocks.push_back(*content.continuation);
      if (content.dims) object.dims = *content.dims;
      if (content.chunks) object.chunks = content.chunks;
    }
  }

  /// The list has a place for each chunk of the dataset, of the length that HDF5 reads (Specification, VII.C).
  void check_chunk_list(const std::vector<std::uint64_t>& dims, const ChunkList& list) {
    if (dims.size() != list.chunk.size()) throw MessageFlaw("chunks of another rank than its values");
    std::uint64_t chunks = 1;
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
      const std::uint64_t along = dims[axis] / list.chunk[axis] + (dims[axis] % list.chunk[axis] != 0);
      if (along == 0 || along > size_ / chunks) throw MessageFlaw("more chunks than the file can hold");
      chunks *= along;
    }
    if (!list.is_array) {
      if (chunks != 1) throw MessageFlaw("one chunk for more values than it can hold");
      return;
    }
    const std::string header = read(list.address, 28);
    ByteCursor cursor(header);
    const bool is_list = cursor.bytes(4) == "FAHD" && cursor.number(1) == 0 && cursor.number(1) == 1;
    const std::uint64_t entry = cursor.number(1), page_bits = cursor.number(1), entries = cursor.number(8);
    const auto size_bytes = std::min<std::uint64_t>(8, 1 + (std::bit_width(list.bytes) + 7) / 8);
    if (!is_list || entry != 8 + size_bytes + 4 || page_bits != list.page_bits || entries != chunks) {
      throw MessageFlaw("a list of chunks that does not fit its values");
    }
    check_entries(cursor.number(8), list.address, page_bits, chunks, entry);
  }

  /// The block of the entries: whole in the file, and of this list.
  void check_entries(std::uint64_t address, std::uint64_t list, std::uint64_t page_bits, std::uint64_t chunks,
                     std::uint64_t entry) {
    constexpr std::uint64_t most_page_bits = 20;
    if (page_bits == 0 || page_bits > most_page_bits) throw MessageFlaw("a list of chunks with impossible pages");
    const std::uint64_t on_page = std::uint64_t{1} << page_bits;
    const std::uint64_t pages = chunks > on_page ? (chunks + on_page - 1) / on_page : 0;
    const std::uint64_t head = 4 + 1 + 1 + 8 + (pages + 7) / 8;
    const std::string block = read(address, head + chunks * entry + (pages + 1) * checksum_size);
    ByteCursor cursor(block);
    if (cursor.bytes(4) != "FADB" || cursor.number(1) != 0 || cursor.number(1) != 1 || cursor.number(8) != list) {
      throw MessageFlaw("a list of chunks whose entries are not there");
    }
  }

  const std::filesystem::path& path_;
  FileDescriptor file_;
  std::uint64_t size_, place_ = 0, total_ = 0;
  std::vector<std::uint64_t> waiting_;
  std::set<std::uint64_t> seen_;
};

}  // namespace

void check_object_headers(const std::filesystem::path& path) {
  Headers headers(path);
  try {
    headers.check_all();
  } catch (const MessageFlaw& flaw) {
    throw Corrupt(path, fmt::format("the header at byte {} has {}", headers.place(), flaw.what()));
  }
}

}  // namespace tarn::io::hdf5
