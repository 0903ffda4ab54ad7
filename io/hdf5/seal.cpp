#include "tarn/io/hdf5/seal.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/hash64.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/hdf5/raw_bytes.hpp"

namespace tarn::io::hdf5 {

namespace {

constexpr char magic[8] = {'T', 'A', 'R', 'N', 'S', 'E', 'A', 'L'};
constexpr std::uint32_t seal_version = 1;

struct Footer {
  char mark[8];
  std::uint32_t version;
  std::uint32_t pieces;
  std::uint64_t end;
  std::uint64_t hash;
};
static_assert(sizeof(Footer) == 32);

constexpr std::size_t footer_hashed = sizeof(Footer) - sizeof(std::uint64_t);

Footer footer_of(std::size_t pieces, std::uint64_t end) {
  Footer footer{};
  std::memcpy(footer.mark, magic, sizeof magic);
  footer.version = seal_version;
  footer.pieces = static_cast<std::uint32_t>(pieces);
  footer.end = end;
  return footer;
}

/// @throws Corrupt, Truncated
/// @param end  length of the HDF5 file by its own header; at most `size`
Footer read_footer(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t size,
                   std::uint64_t end) {
  Footer footer{};
  read_bytes(file, path, size - sizeof footer, &footer, sizeof footer);
  if (std::memcmp(footer.mark, magic, sizeof magic) != 0) {
    if (size > end)
      throw Truncated(path, fmt::format("has {} bytes; more were written, for the end of its seal is missing", size));
    throw Corrupt(path, "has no seal at its end: tarn did not write it, or another program has changed it");
  }
  if (footer.version != seal_version) throw Corrupt(path, fmt::format("has a seal of version {}", footer.version));
  const std::uint64_t table = std::uint64_t{footer.pieces} * sizeof(Extent);
  if (table > size || footer.end > size || footer.end + table + sizeof footer != size) {
    throw Truncated::of(path, size, footer.end + table + sizeof footer);
  }
  return footer;
}

void hash_range(const FileDescriptor& file, const std::filesystem::path& path, const Extent& range, Hash64& hash) {
  std::vector<char> buffer(std::min<std::uint64_t>(range.size, 1 << 20));
  for (std::uint64_t done = 0; done < range.size; done += buffer.size()) {
    const std::uint64_t count = std::min<std::uint64_t>(buffer.size(), range.size - done);
    read_bytes(file, path, range.address + done, buffer.data(), count);
    hash.add(buffer.data(), count);
  }
}

}  // namespace

std::uint64_t seal_size(std::size_t pieces) {
  return pieces * sizeof(Extent) + sizeof(Footer);
}

std::string seal_of(const std::vector<FileImage::Piece>& pieces, std::uint64_t end) {
  std::vector<Extent> table;
  for (const auto& piece : pieces)
    table.push_back({piece.address, piece.bytes.size()});
  Footer footer = footer_of(pieces.size(), end);
  Hash64 hash;
  hash.add(table.data(), table.size() * sizeof(Extent));
  hash.add(&footer, footer_hashed);
  for (const auto& piece : pieces)
    hash.add(piece.bytes.data(), piece.bytes.size());
  footer.hash = hash.value();
  std::string seal(seal_size(pieces.size()), '\0');
  std::memcpy(seal.data(), table.data(), table.size() * sizeof(Extent));
  std::memcpy(seal.data() + table.size() * sizeof(Extent), &footer, sizeof footer);
  return seal;
}

void check_seal(const std::filesystem::path& path) {
  const std::uint64_t end = check_superblock(path);
  const auto file = FileDescriptor::open(path, O_RDONLY);
  const Footer footer = read_footer(file, path, file.size(), end);
  std::vector<Extent> table(footer.pieces);
  const std::uint64_t table_bytes = table.size() * sizeof(Extent);
  read_bytes(file, path, footer.end, table.data(), table_bytes);
  Hash64 hash;
  hash.add(table.data(), table_bytes);
  hash.add(&footer, footer_hashed);
  std::uint64_t last_end = 0;
  for (const Extent& piece : table) {
    const bool inside =
        piece.address >= last_end && piece.address <= footer.end && piece.size <= footer.end - piece.address;
    if (!inside) throw Corrupt(path, "the places in its seal cannot be");
    last_end = piece.address + piece.size;
    hash_range(file, path, piece, hash);
  }
  if (hash.value() != footer.hash) throw Corrupt(path, "its structure has changed since it was written (seal)");
}

}  // namespace tarn::io::hdf5
