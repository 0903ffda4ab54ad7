#include "tarn/tests/faults/mutants/mutate.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "tarn/io/files/hash64.hpp"

// HDF5 exports the checksum of its metadata (Jenkins' lookup3).
extern "C" std::uint32_t H5_checksum_lookup3(const void* data, std::size_t size, std::uint32_t start);

namespace tarn::io::test {

namespace {

using Random = std::mt19937_64;

constexpr std::size_t footer_size = 32;  // see io/hdf5/seal.cpp
constexpr std::size_t footer_hashed = 24;

template <class Number>
Number number_at(const std::string& bytes, std::size_t at) {
  Number number{};
  if (at + sizeof number <= bytes.size()) std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

struct Piece {
  std::size_t begin = 0, size = 0;
};

/// The pieces of the structure, as the seal lists them; none if it is damaged.
std::vector<Piece> pieces_of(const std::string& bytes) {
  std::vector<Piece> pieces;
  if (bytes.size() < footer_size || bytes.compare(bytes.size() - footer_size, 8, "TARNSEAL") != 0) return pieces;
  const auto count = number_at<std::uint32_t>(bytes, bytes.size() - footer_size + 12);
  const auto end = number_at<std::uint64_t>(bytes, bytes.size() - footer_size + 16);
  for (std::uint32_t n = 0; n < count && end + 16 * (n + 1) <= bytes.size(); ++n) {
    const Piece piece{number_at<std::uint64_t>(bytes, end + 16 * n), number_at<std::uint64_t>(bytes, end + 16 * n + 8)};
    if (piece.begin > bytes.size() || piece.size > bytes.size() - piece.begin) return {};
    pieces.push_back(piece);
  }
  return pieces;
}

/// Makes the seal fit the bytes as they are.
void seal_anew(std::string& bytes) {
  const auto pieces = pieces_of(bytes);
  if (pieces.empty()) return;
  const std::size_t footer = bytes.size() - footer_size;
  const std::size_t table = footer - 16 * pieces.size();
  Hash64 hash;
  hash.add(bytes.data() + table, footer + footer_hashed - table);
  for (const Piece& piece : pieces)
    hash.add(bytes.data() + piece.begin, piece.size);
  const std::uint64_t value = hash.value();
  std::memcpy(bytes.data() + footer + footer_hashed, &value, sizeof value);
}

/// A block of HDF5's that ends with its checksum.
struct CheckedBlock {
  std::size_t begin = 0, size = 0;  ///< without the checksum
};

std::uint32_t checksum_of(const std::string& bytes, const CheckedBlock& block) {
  return H5_checksum_lookup3(bytes.data() + block.begin, block.size, 0);
}

/// Finds the block that a place of a sound file lies in, by its signature and by where its checksum fits: object
/// headers and what continues them, lists of chunks, the superblock.
CheckedBlock checked_block_at(const std::string& sound, std::size_t place) {
  constexpr std::size_t longest = 1500;
  std::size_t begin = std::string::npos;
  for (const char* signature : {"OHDR", "OCHK", "FAHD", "FADB", "\x89HDF"}) {
    const std::size_t found = sound.rfind(signature, place);
    if (found != std::string::npos && (begin == std::string::npos || found > begin)) begin = found;
  }
  if (begin == std::string::npos || place - begin > longest) return {};
  const std::size_t end = std::min(begin + longest, sound.size() - sizeof(std::uint32_t));
  for (CheckedBlock block{begin, std::max<std::size_t>(place + 1 - begin, 8)}; begin + block.size <= end;
       ++block.size) {
    if (number_at<std::uint32_t>(sound, begin + block.size) == checksum_of(sound, block)) return block;
  }
  return {};
}

/// A place in the structure, where most damage hurts; sometimes anywhere.
std::size_t place_in(const std::string& bytes, Random& random) {
  const auto pieces = pieces_of(bytes);
  if (pieces.empty() || random() % 4 == 0) return random() % bytes.size();
  const Piece& piece = pieces[random() % pieces.size()];
  return piece.size == 0 ? piece.begin : piece.begin + random() % piece.size;
}

void flip_bits(std::string& bytes, Random& random) {
  for (std::uint64_t flips = 1 + random() % 4; flips > 0; --flips) {
    char& byte = bytes[place_in(bytes, random)];
    byte = static_cast<char>(byte ^ (1 << random() % 8));
  }
}

void cut(std::string& bytes, Random& random) {
  bytes.resize(random() % 2 ? random() % bytes.size()
                            : bytes.size() - 1 - random() % std::min<std::size_t>(64, bytes.size() - 1));
}

/// Copies a block within the file or from another one, often aligned as HDF5 aligns things.
void splice(std::string& bytes, const std::vector<Original>& others, Random& random) {
  const std::string source = random() % 2 ? bytes : others[random() % others.size()].bytes;
  const std::size_t unit = std::array<std::size_t, 4>{1, 8, 64, 512}[random() % 4];
  std::size_t from = random() % source.size() / unit * unit;
  const std::size_t to = random() % 3 ? place_in(bytes, random) / unit * unit : from % bytes.size();
  if (random() % 4 == 0) from = std::min(to, source.size() - 1);
  const std::size_t most = std::min(source.size() - from, bytes.size() - to);
  const std::size_t count = std::min<std::size_t>(most, 1 + random() % (random() % 2 ? 64 : 4096));
  std::memcpy(bytes.data() + to, source.data() + from, count);
}

/// A number that a careless reader would trust.
std::uint64_t hostile_number(const std::string& bytes, Random& random) {
  constexpr std::array<std::uint64_t, 12> hostile{
      0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 1ull << 40, 0x7fffffffffffffff, 1ull << 63, ~0ull};
  return random() % 4 ? hostile[random() % hostile.size()] : bytes.size() + random() % 16 - 8;
}

void plant_hostile_number(std::string& bytes, Random& random) {
  const std::uint64_t value = hostile_number(bytes, random);
  const std::size_t width = std::size_t{1} << random() % 4;
  const std::size_t place = std::min(place_in(bytes, random), bytes.size() - width);
  std::memcpy(bytes.data() + place, &value, width);
}

/// A flip, or a hostile number, in a block whose checksum is made to fit.
void forge_block(std::string& bytes, Random& random) {
  const std::string sound = bytes;
  const std::size_t place = place_in(bytes, random);
  const CheckedBlock block = checked_block_at(sound, place);
  if (random() % 2) {
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << random() % 8));
  } else {
    const std::uint64_t value = hostile_number(bytes, random);
    std::memcpy(bytes.data() + place, &value,
                std::min<std::size_t>(std::size_t{1} << random() % 4, bytes.size() - place));
  }
  if (block.size == 0) return;
  const std::uint32_t sum = checksum_of(bytes, block);
  std::memcpy(bytes.data() + block.begin + block.size, &sum, sizeof sum);
}

}  // namespace

std::string mutate(const Original& original, const std::vector<Original>& others, std::uint64_t number, bool forge) {
  Random random(number);
  std::string bytes = original.bytes;
  switch (forge ? 4 : random() % 4) {
    case 0:
      flip_bits(bytes, random);
      break;
    case 1:
      cut(bytes, random);
      break;
    case 2:
      splice(bytes, others, random);
      break;
    case 3:
      plant_hostile_number(bytes, random);
      break;
    default:
      forge_block(bytes, random);
  }
  if (forge || random() % 2) seal_anew(bytes);
  return bytes;
}

}  // namespace tarn::io::test
