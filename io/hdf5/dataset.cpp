#include "tarn/io/hdf5/dataset.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/file.hpp"

namespace tarn::io::hdf5 {

namespace {

hid_t file_type(Element element) {
  if (element == Element::uint64) return H5T_STD_U64LE;
  return element == Element::float32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}

/// No chunk of tarn has more than 8 MiB.
constexpr std::uint64_t most_chunk_bytes = std::uint64_t{64} << 20;
/// Deflate reaches a ratio of 1032 at most.
constexpr std::uint64_t most_ratio = 1032;

/// The stored bytes of a chunk, which are as many as `bytes` has. @returns as HDF5 does: negative for an error
herr_t read_chunk(hid_t dataset, const Extents& offset, std::uint32_t& skipped_filters, std::vector<char>& bytes) {
#if H5_VERSION_GE(2, 0, 0)
  std::size_t room = bytes.size();
  return H5Dread_chunk(dataset, H5P_DEFAULT, offset.data(), &skipped_filters, bytes.data(), &room);
#else
  return H5Dread_chunk(dataset, H5P_DEFAULT, offset.data(), &skipped_filters, bytes.data());
#endif
}

Hid data_space(const Extents& dims) {
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

/// @throws TypeMismatch
Element element_in(const Object& dataset) {
  const Hid type(checked(Doing::reading, dataset.file, "read the type of " + dataset.name,
                         [&] { return H5Dget_type(dataset.id.get()); }),
                 H5Tclose);
  if (H5Tcommitted(type.get()) > 0) throw TypeMismatch(dataset.file, dataset.name + " has a type stored elsewhere");
  for (const Element element : {Element::float32, Element::float64, Element::uint64}) {
    if (H5Tequal(type.get(), file_type(element)) > 0) return element;
  }
  throw TypeMismatch(dataset.file, dataset.name + " holds neither float32, float64 nor uint64 numbers, little endian");
}

/// @throws FileShapeMismatch
Extents dims_of(const Object& dataset) {
  const Hid space(checked(Doing::reading, dataset.file, "read the shape of " + dataset.name,
                          [&] { return H5Dget_space(dataset.id.get()); }),
                  H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  constexpr int most = 3;
  if (rank < 1 || rank > most) {
    throw FileShapeMismatch(dataset.file,
                            fmt::format("{} has {} dimensions; 1 to {} expected", dataset.name, rank, most));
  }
  Extents dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  for (const hsize_t length : dims) {
    if (length == 0) throw FileShapeMismatch(dataset.file, dataset.name + " is empty");
  }
  return dims;
}

std::vector<H5Z_filter_t> filters_of(const Hid& creation) {
  std::vector<H5Z_filter_t> filters;
  const int count = H5Pget_nfilters(creation.get());
  for (int n = 0; n < count; ++n) {
    unsigned flags = 0, configuration = 0;
    std::size_t values = 0;
    filters.push_back(
        H5Pget_filter2(creation.get(), static_cast<unsigned>(n), &flags, &values, nullptr, 0, nullptr, &configuration));
  }
  return filters;
}

/// @throws FilterMissing, Corrupt
Compression compression_in(const Object& dataset, const std::vector<H5Z_filter_t>& filters) {
  const std::vector<H5Z_filter_t> plain{H5Z_FILTER_FLETCHER32},
      deflated{H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32};
  for (const H5Z_filter_t filter : filters) {
    if (std::find(deflated.begin(), deflated.end(), filter) != deflated.end()) continue;
    throw FilterMissing::of(dataset.file, dataset.name, filter);
  }
  if (filters == plain) return Compression::none;
  if (filters == deflated) return Compression::deflate;
  if (std::find(filters.begin(), filters.end(), H5Z_FILTER_FLETCHER32) == filters.end()) {
    throw Corrupt::in(dataset.file, dataset.name, "has no checksums");
  }
  throw Corrupt(dataset.file, fmt::format("{} has the filters {} in an order that tarn never uses", dataset.name,
                                          fmt::join(filters, ", ")));
}

/// The number of bytes of an array, or the largest number if it has more.
std::uint64_t saturated_bytes(const Extents& dims, std::size_t element) {
  std::uint64_t bytes = element;
  for (const hsize_t length : dims) {
    if (length != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / length) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    bytes *= length;
  }
  return bytes;
}

/// Fills in how the dataset is stored, which must be as tarn stores them.
/// @throws FilterMissing, Corrupt
void read_storage(const Object& dataset, DatasetLayout& layout) {
  const Hid creation(checked(Doing::reading, dataset.file, "read the storage of " + dataset.name,
                             [&] { return H5Dget_create_plist(dataset.id.get()); }),
                     H5Pclose);
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED || H5Pget_external_count(creation.get()) != 0) {
    throw Corrupt::in(dataset.file, dataset.name, "is not stored in chunks of this file");
  }
  layout.compression = compression_in(dataset, filters_of(creation));
  layout.chunk.assign(layout.dims.size(), 0);
  const int rank = static_cast<int>(layout.dims.size());
  if (H5Pget_chunk(creation.get(), rank, layout.chunk.data()) != rank ||
      saturated_bytes(layout.chunk, bytes_of(layout.element)) - 1 >= most_chunk_bytes) {
    throw Corrupt(dataset.file,
                  fmt::format("{} has chunks of ({}) elements", dataset.name, fmt::join(layout.chunk, ", ")));
  }
}

std::uint64_t file_size_of(const Object& object) {
  hsize_t size = 0;
  const Hid file(H5Iget_file_id(object.id.get()), H5Fclose);
  H5Fget_filesize(file.get(), &size);
  return size;
}

/// HDF5 trusts shapes that no file could hold.
/// @throws Corrupt
void require_stored(const Dataset& dataset) {
  const Object& object = dataset.object;
  const SilentErrors silent;  // a chunk index that does not verify stores nothing
  const std::uint64_t file_size = file_size_of(object);
  const hsize_t stored = H5Dget_storage_size(object.id.get());
  const std::uint64_t ratio = dataset.layout.compression == Compression::none ? 1 : most_ratio;
  const std::uint64_t need = saturated_bytes(dataset.layout.dims, bytes_of(dataset.layout.element)) / ratio;
  if (stored > file_size || need > stored) {
    throw Corrupt(object.file, fmt::format("{} of shape ({}) holds {} bytes in a file of {}", object.name,
                                           fmt::join(dataset.layout.dims, ", "), stored, file_size));
  }
}

}  // namespace

hsize_t Box::size() const {
  return std::accumulate(count.begin(), count.end(), hsize_t{1}, std::multiplies<>());
}

Box intersection(const Box& a, const Box& b) {
  Box common{Extents(a.offset.size(), 0), Extents(a.offset.size(), 0)};
  for (std::size_t axis = 0; axis < a.offset.size(); ++axis) {
    const hsize_t begin = std::max(a.offset[axis], b.offset[axis]);
    const hsize_t end = std::min(a.offset[axis] + a.count[axis], b.offset[axis] + b.count[axis]);
    if (begin >= end) return {Extents(a.offset.size(), 0), Extents(a.offset.size(), 0)};
    common.offset[axis] = begin;
    common.count[axis] = end - begin;
  }
  return common;
}

Extents DatasetLayout::chunk_counts() const {
  Extents counts(dims.size());
  for (std::size_t axis = 0; axis < dims.size(); ++axis)
    counts[axis] = (dims[axis] - 1) / chunk[axis] + 1;
  return counts;
}

Box DatasetLayout::chunk_box(hsize_t number) const {
  const Extents counts = chunk_counts();
  Box box{Extents(dims.size()), Extents(dims.size())};
  for (std::size_t axis = dims.size(); axis-- > 0; number /= counts[axis]) {
    box.offset[axis] = number % counts[axis] * chunk[axis];
    box.count[axis] = std::min(chunk[axis], dims[axis] - box.offset[axis]);
  }
  return box;
}

std::uint64_t DatasetLayout::chunk_bytes() const {
  return saturated_bytes(chunk, bytes_of(element));
}

Dataset create_dataset(const Object& parent, const std::string& name, const DatasetLayout& layout) {
  const Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(creation.get(), static_cast<int>(layout.chunk.size()), layout.chunk.data());
  if (layout.compression == Compression::deflate) {
    H5Pset_shuffle(creation.get());
    H5Pset_deflate(creation.get(), 1);
  }
  H5Pset_fletcher32(creation.get());
  H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times(creation.get(), false);
  H5Pset_attr_phase_change(creation.get(), attributes_in_header, 0);
  const Hid space = data_space(layout.dims);
  const std::string place = join(parent.name, name);
  const hid_t id = checked(Doing::writing, parent.file, "create the dataset " + place, [&] {
    return H5Dcreate2(parent.id.get(), name.c_str(), file_type(layout.element), space.get(), H5P_DEFAULT,
                      creation.get(), H5P_DEFAULT);
  });
  return {{Hid(id, H5Dclose), parent.file, place}, layout, {}};
}

void write_all(const Dataset& dataset, const void* values) {
  checked(Doing::writing, dataset.object.file, "write " + dataset.object.name, [&] {
    return H5Dwrite(dataset.object.id.get(), file_type(dataset.layout.element), H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  });
}

Dataset open_dataset(const Object& parent, const std::string& name) {
  const NoPlugins none;
  require_hard_link(parent, name);
  const std::string place = join(parent.name, name);
  const hid_t id = checked(Doing::reading, parent.file, "open the dataset " + place,
                           [&] { return H5Dopen2(parent.id.get(), name.c_str(), H5P_DEFAULT); });
  Dataset dataset{{Hid(id, H5Dclose), parent.file, place}, {}, {}};
  dataset.layout.element = element_in(dataset.object);
  dataset.layout.dims = dims_of(dataset.object);
  read_storage(dataset.object, dataset.layout);
  require_stored(dataset);
  return dataset;
}

ChunkReader::ChunkReader(const Dataset& dataset) : dataset_(dataset), values_(dataset.layout.chunk_bytes()) {}

const char* ChunkReader::read(hsize_t number) {
  const NoPlugins none;
  const Object& object = dataset_.object;
  const Extents offset = dataset_.layout.chunk_box(number).offset;
  const std::string chunk = fmt::format("the chunk at ({})", fmt::join(offset, ", "));
  const std::string what = fmt::format("{} of {}", chunk, object.name);
  const auto fail = [&](const std::string& why) { throw Corrupt::in(object.file, object.name, chunk + " " + why); };
  hsize_t size = 0;
  checked(Doing::reading, object.file, "find " + what,
          [&] { return H5Dget_chunk_storage_size(object.id.get(), offset.data(), &size); });
  const std::uint64_t most = values_.size() + values_.size() / 1000 + 64;  // deflate may add a little
  if (size < checksum_bytes || size > most) fail(fmt::format("claims {} bytes", size));
  stored_.resize(size);
  std::uint32_t skipped_filters = 0;
  checked(Doing::reading, object.file, "read " + what,
          [&] { return read_chunk(object.id.get(), offset, skipped_filters, stored_); });
  if (skipped_filters != 0) fail("was stored without its checksum");
  const std::string wrong = decode_chunk(stored_, dataset_.layout.compression, bytes_of(dataset_.layout.element),
                                         values_.data(), values_.size(), hash_);
  if (!wrong.empty()) fail(wrong);
  if (!dataset_.hashes.empty() && dataset_.hashes.at(number) != hash_) {
    fail("has a checksum that fits, but not the values that were written there (XXH64)");
  }
  return values_.data();
}

void copy_box(const Box& part, std::size_t element, const Box& from, const void* source, const Box& to, void* target) {
  if (part.size() == 0) return;
  const std::size_t rank = part.count.size();
  const auto place = [&](const Box& box, const Extents& cell) {
    hsize_t index = 0;
    for (std::size_t axis = 0; axis < rank; ++axis)
      index = index * box.count[axis] + (cell[axis] - box.offset[axis]);
    return index * element;
  };
  const std::size_t row = part.count[rank - 1] * element;
  Extents cell = part.offset;
  for (hsize_t rows = part.size() / part.count[rank - 1]; rows > 0; --rows) {
    std::memcpy(static_cast<char*>(target) + place(to, cell), static_cast<const char*>(source) + place(from, cell),
                row);
    for (std::size_t axis = rank - 1; axis-- > 0;) {
      if (++cell[axis] < part.offset[axis] + part.count[axis]) break;
      cell[axis] = part.offset[axis];
    }
  }
}

void read_part(const Dataset& dataset, const Box& part, void* values) {
  const DatasetLayout& layout = dataset.layout;
  const std::size_t rank = layout.dims.size();
  const Box whole{Extents(rank, 0), layout.dims};
  const bool fits = part.offset.size() == rank && part.count.size() == rank;
  if (!fits || intersection(part, whole).size() != part.size()) {
    throw FileShapeMismatch(
        dataset.object.file,
        fmt::format("{} has the shape ({}); asked for ({}) at ({})", dataset.object.name, fmt::join(layout.dims, ", "),
                    fmt::join(part.count, ", "), fmt::join(part.offset, ", ")));
  }
  if (part.size() == 0) return;
  ChunkReader reader(dataset);
  const Extents counts = layout.chunk_counts();
  // The chunks that the part touches, as a box of chunks.
  Box touched{Extents(rank), Extents(rank)};
  for (std::size_t axis = 0; axis < rank; ++axis) {
    touched.offset[axis] = part.offset[axis] / layout.chunk[axis];
    touched.count[axis] = (part.offset[axis] + part.count[axis] - 1) / layout.chunk[axis] - touched.offset[axis] + 1;
  }
  for (hsize_t n = 0; n < touched.size(); ++n) {
    hsize_t number = 0, left = n, scale = 1;
    for (std::size_t axis = rank; axis-- > 0; left /= touched.count[axis]) {
      number += (touched.offset[axis] + left % touched.count[axis]) * scale;
      scale *= counts[axis];
    }
    const char* chunk = reader.read(number);
    const Box stored{layout.chunk_box(number).offset, layout.chunk};
    copy_box(intersection(part, layout.chunk_box(number)), bytes_of(layout.element), stored, chunk, part, values);
  }
}

}  // namespace tarn::io::hdf5
