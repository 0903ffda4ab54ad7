#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/io/hdf5/chunk_codec.hpp"
#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io::hdf5 {

/// Lengths along the axes of a dataset, slowest first.
using Extents = std::vector<hsize_t>;

/// The type of a dataset's elements, little endian.
enum class Element { float32, float64, uint64 };

constexpr std::size_t bytes_of(Element element) {
  return element == Element::float32 ? 4 : 8;
}
constexpr const char* name_of(Element element) {
  return element == Element::float32 ? "float32" : element == Element::float64 ? "float64" : "uint64";
}

template <class Real>
constexpr Element element_of();
template <>
constexpr Element element_of<float>() {
  return Element::float32;
}
template <>
constexpr Element element_of<double>() {
  return Element::float64;
}

/// A part of a dataset.
struct Box {
  Extents offset;  ///< of the first element
  Extents count;   ///< elements along each axis

  /// Elements in the box.
  hsize_t size() const;
};

/// The cells that two boxes share; a count of 0 along every axis if there are none.
Box intersection(const Box& a, const Box& b);

/// How a dataset is laid out.
struct DatasetLayout {
  Element element = Element::float64;           ///< the type in the file
  Extents dims;                                 ///< slowest first
  Extents chunk;                                ///< of the dimension of `dims`
  Compression compression = Compression::none;  ///< of each chunk

  /// Number of chunks along each axis.
  Extents chunk_counts() const;
  /// The part of the dataset that the chunk number `number` holds, the last axis counted fastest; the last chunk of
  /// an axis may reach beyond it and is cut off here.
  Box chunk_box(hsize_t number) const;
  /// Bytes of the values of one chunk.
  std::uint64_t chunk_bytes() const;
};

/// An open dataset and its description.
struct Dataset {
  Object object;         ///< open
  DatasetLayout layout;  ///< as the file has it
  /// Hash64 of the values of every chunk, which read_chunk() compares; empty where none are known.
  std::vector<std::uint64_t> hashes;
};

/// Creates a chunked dataset with checksums, no fill value and no timestamp.
/// @throws Io, NoSpace
Dataset create_dataset(const Object& parent, const std::string& name, const DatasetLayout& layout);

/// Writes a whole dataset, for small ones.
/// @param values  of the dataset's element type, C order, contiguous
/// @throws Io, NoSpace
void write_all(const Dataset& dataset, const void* values);

/// Opens a dataset whose bytes lie checked within the file: chunks with checksums, stored as tarn stores them, and no
/// more elements than the file has bytes for. External storage, virtual datasets, committed types and all other
/// filters are refused.
/// @throws Missing, TypeMismatch, FileShapeMismatch, Corrupt, Truncated
Dataset open_dataset(const Object& parent, const std::string& name);

/// Reads chunks of an open dataset, and keeps the memory that this takes.
class ChunkReader {
 public:
  /// @param dataset  must outlive the reader
  explicit ChunkReader(const Dataset& dataset);

  /// Reads one whole chunk, checks its checksum and, where it is known, its hash.
  /// @return its values, valid until the next call; also those of the chunk that lie beyond the dataset
  /// @throws Corrupt, Io
  const char* read(hsize_t number);

  /// Bytes of the values.
  std::uint64_t size() const { return values_.size(); }
  /// Hash64 of the values of the chunk read last.
  std::uint64_t hash() const { return hash_; }

 private:
  const Dataset& dataset_;
  std::vector<char> values_, stored_;
  std::uint64_t hash_ = 0;
};

/// Reads one box on this rank alone, chunk by chunk.
/// @param values  of the dataset's element type, room for the box, C order, contiguous
/// @throws FileShapeMismatch if the box leaves the dataset, Corrupt, Io
void read_part(const Dataset& dataset, const Box& part, void* values);

/// Copies a part between two arrays that each hold a box around it, C order.
/// @param element  [bytes]
void copy_box(const Box& part, std::size_t element, const Box& from, const void* source, const Box& to, void* target);

}  // namespace tarn::io::hdf5
