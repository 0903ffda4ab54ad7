#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/io/hdf5/hid.hpp"
#include "tarn/io/store/content_hash.hpp"

namespace tarn::io::hdf5 {

/// Lengths along the axes of a dataset, slowest first.
using Extents = std::vector<hsize_t>;

/// The type of a dataset's elements.
enum class Element { float32, float64 };

constexpr std::size_t bytes_of(Element element) {
  return element == Element::float32 ? 4 : 8;
}
constexpr const char* name_of(Element element) {
  return element == Element::float32 ? "float32" : "float64";
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
  Extents offset;
  Extents count;

  /// Elements in the box.
  hsize_t size() const;
};

/// The cells that two boxes share; a count of 0 along every axis if there are none.
Box intersection(const Box& a, const Box& b);

/// An open dataset and its description.
struct Dataset {
  Object object;
  Element element = Element::float64;
  Extents dims;
  Extents chunk;
};

/// Creates a chunked dataset with checksums, no fill value and no timestamp. Collective in a parallel file.
/// @param chunk  of the dimension of `dims`, nowhere longer than it
/// @throws Io, NoSpace
Dataset create_dataset(const Object& parent, const std::string& name, Element element, const Extents& dims,
                       const Extents& chunk);

/// Writes one box of this rank's block with one collective call. A rank with nothing to write passes an empty
/// box.
/// @param block   the part of the dataset that `values` holds, C order, contiguous
/// @param part    the part of the block to write
/// @param values  of the dataset's element type; may be null for an empty part
/// @throws Io, NoSpace
void write_part(const Dataset& dataset, const Box& block, const Box& part, const void* values);

/// Opens a dataset whose bytes lie checked within the file: chunks with checksums, no external storage, no
/// filter but fletcher32, shuffle and deflate, and no more elements than the file has bytes for.
/// @throws Missing, TypeMismatch, Corrupt, Truncated
Dataset open_dataset(const Object& parent, const std::string& name);

/// Reads one box on this rank alone; HDF5 verifies the checksum of every chunk that it touches.
/// @param values  of the dataset's element type, room for the box, C order, contiguous
/// @throws FileShapeMismatch if the box leaves the dataset, Corrupt, Io
void read_part(const Dataset& dataset, const Box& part, void* values);

/// Reads the chunks number `first`, `first + stride`, ... and throws if one does not have its checksum. Needs
/// one chunk of memory.
/// @return the hash of the values that were read
/// @throws Corrupt, Io
ContentHash verify_chunks(const Dataset& dataset, std::uint64_t first, std::uint64_t stride);

}  // namespace tarn::io::hdf5
