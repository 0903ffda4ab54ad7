#include "tarn/io/hdf5/dataset.hpp"

#include <algorithm>
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
  return element == Element::float32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}
hid_t memory_type(Element element) {
  return element == Element::float32 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

Hid data_space(const Extents& dims) {
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

void select(const Hid& space, const Box& box) {
  if (box.size() == 0) {
    H5Sselect_none(space.get());
  } else {
    H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, box.offset.data(), nullptr, box.count.data(), nullptr);
  }
}

/// @throws TypeMismatch
Element element_in(const Object& dataset) {
  const Hid type(checked(Doing::reading, dataset.file, "read the type of " + dataset.name,
                         [&] { return H5Dget_type(dataset.id.get()); }),
                 H5Tclose);
  for (const Element element : {Element::float32, Element::float64}) {
    if (H5Tequal(type.get(), file_type(element)) > 0) return element;
  }
  throw TypeMismatch(dataset.file, dataset.name + " holds neither float32 nor float64 numbers, little endian");
}

Extents dims_of(const Object& dataset) {
  const Hid space(checked(Doing::reading, dataset.file, "read the shape of " + dataset.name,
                          [&] { return H5Dget_space(dataset.id.get()); }),
                  H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 1) throw FileShapeMismatch(dataset.file, dataset.name + " is no array");
  Extents dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  return dims;
}

/// The chunk of a dataset that is stored as tarn stores them.
/// @throws Corrupt
Extents checked_chunk(const Object& dataset, std::size_t rank) {
  const Hid creation(checked(Doing::reading, dataset.file, "read the storage of " + dataset.name,
                             [&] { return H5Dget_create_plist(dataset.id.get()); }),
                     H5Pclose);
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED || H5Pget_external_count(creation.get()) != 0) {
    throw Corrupt(dataset.file, dataset.name + " is not stored in chunks of this file");
  }
  bool checksum = false;
  const int filters = H5Pget_nfilters(creation.get());
  for (int n = 0; n < filters; ++n) {
    unsigned flags = 0;
    unsigned configuration = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(creation.get(), static_cast<unsigned>(n), &flags, &values, nullptr, 0, nullptr, &configuration);
    if (filter != H5Z_FILTER_FLETCHER32 && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE) {
      throw Corrupt(dataset.file, fmt::format("{} needs the filter {}, which tarn never uses", dataset.name, filter));
    }
    checksum = checksum || filter == H5Z_FILTER_FLETCHER32;
  }
  if (!checksum) throw Corrupt(dataset.file, dataset.name + " has no checksums");
  Extents chunk(rank);
  H5Pget_chunk(creation.get(), static_cast<int>(rank), chunk.data());
  return chunk;
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

/// HDF5 reads a chunk that was never written as garbage, and trusts shapes that no file could hold.
/// @throws Corrupt
void require_stored(const Dataset& dataset) {
  const Object& object = dataset.object;
  hsize_t file_size = 0;
  const Hid file(H5Iget_file_id(object.id.get()), H5Fclose);
  H5Fget_filesize(file.get(), &file_size);
  const hsize_t stored = H5Dget_storage_size(object.id.get());
  const std::size_t element = bytes_of(dataset.element);
  // Deflate reaches a ratio of 1032 at most.
  constexpr std::uint64_t ratio = 1032;
  const std::uint64_t need = saturated_bytes(dataset.dims, element) / ratio;
  const std::uint64_t chunk = saturated_bytes(dataset.chunk, element) / ratio;
  if (stored > file_size || need > stored || chunk > file_size) {
    throw Corrupt(object.file, fmt::format("{} of shape ({}) holds {} bytes in a file of {}", object.name,
                                           fmt::join(dataset.dims, ", "), stored, file_size));
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

Dataset create_dataset(const Object& parent, const std::string& name, Element element, const Extents& dims,
                       const Extents& chunk) {
  const Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_fletcher32(creation.get());
  H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times(creation.get(), false);
  const Hid space = data_space(dims);
  const std::string place = join(parent.name, name);
  const hid_t id = checked(Doing::writing, parent.file, "create the dataset " + place, [&] {
    return H5Dcreate2(parent.id.get(), name.c_str(), file_type(element), space.get(), H5P_DEFAULT, creation.get(),
                      H5P_DEFAULT);
  });
  return {{Hid(id, H5Dclose), parent.file, place}, element, dims, chunk};
}

void write_part(const Dataset& dataset, const Box& block, const Box& part, const void* values) {
  const Hid in_file = data_space(dataset.dims);
  select(in_file, part);
  // An empty block still needs a valid memory space, of which nothing is selected.
  const bool empty = part.size() == 0;
  const Hid in_memory = data_space(empty ? Extents(dataset.dims.size(), 1) : block.count);
  Box local = part;
  for (std::size_t axis = 0; !empty && axis < local.offset.size(); ++axis)
    local.offset[axis] -= block.offset[axis];
  select(in_memory, local);

  const Hid transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
  const char nothing = 0;
  checked(Doing::writing, dataset.object.file, "write " + dataset.object.name, [&] {
    if (H5Pset_dxpl_mpio(transfer.get(), H5FD_MPIO_COLLECTIVE) < 0) return herr_t{-1};
    return H5Dwrite(dataset.object.id.get(), memory_type(dataset.element), in_memory.get(), in_file.get(),
                    transfer.get(), empty ? &nothing : values);
  });
}

Dataset open_dataset(const Object& parent, const std::string& name) {
  require_hard_link(parent, name);
  const std::string place = join(parent.name, name);
  const hid_t id = checked(Doing::reading, parent.file, "open the dataset " + place,
                           [&] { return H5Dopen2(parent.id.get(), name.c_str(), H5P_DEFAULT); });
  Dataset dataset{{Hid(id, H5Dclose), parent.file, place}, Element::float64, {}, {}};
  dataset.element = element_in(dataset.object);
  dataset.dims = dims_of(dataset.object);
  dataset.chunk = checked_chunk(dataset.object, dataset.dims.size());
  require_stored(dataset);
  return dataset;
}

void read_part(const Dataset& dataset, const Box& part, void* values) {
  const Box whole{Extents(dataset.dims.size(), 0), dataset.dims};
  const bool fits = part.offset.size() == dataset.dims.size() && part.count.size() == dataset.dims.size();
  if (!fits || intersection(part, whole).size() != part.size()) {
    throw FileShapeMismatch(
        dataset.object.file,
        fmt::format("{} has the shape ({}); asked for ({}) at ({})", dataset.object.name, fmt::join(dataset.dims, ", "),
                    fmt::join(part.count, ", "), fmt::join(part.offset, ", ")));
  }
  if (part.size() == 0) return;
  const Hid in_file = data_space(dataset.dims);
  select(in_file, part);
  const Hid in_memory = data_space(part.count);
  checked(Doing::reading, dataset.object.file, "read " + dataset.object.name, [&] {
    return H5Dread(dataset.object.id.get(), memory_type(dataset.element), in_memory.get(), in_file.get(), H5P_DEFAULT,
                   values);
  });
}

ContentHash verify_chunks(const Dataset& dataset, std::uint64_t first, std::uint64_t stride) {
  const std::size_t rank = dataset.dims.size();
  const Box whole{Extents(rank, 0), dataset.dims};
  Extents chunks(rank);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    chunks[axis] = (dataset.dims[axis] + dataset.chunk[axis] - 1) / dataset.chunk[axis];
  }
  const hsize_t total = Box{whole.offset, chunks}.size();
  std::vector<char> buffer(saturated_bytes(dataset.chunk, bytes_of(dataset.element)));
  ContentHash hash;
  for (hsize_t number = first; number < total; number += stride) {
    Box part{Extents(rank), dataset.chunk};
    hsize_t left = number;
    for (std::size_t axis = rank; axis-- > 0; left /= chunks[axis]) {
      part.offset[axis] = left % chunks[axis] * dataset.chunk[axis];
    }
    const Box inside = intersection(part, whole);
    read_part(dataset, inside, buffer.data());
    hash.add(number, buffer.data(), inside.size() * bytes_of(dataset.element));
  }
  return hash;
}

}  // namespace tarn::io::hdf5
