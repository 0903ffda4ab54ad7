#include "tarn/io/hdf5/any_dataset.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/file.hpp"

namespace tarn::io::hdf5 {

namespace {

constexpr std::uint64_t too_many = std::numeric_limits<std::uint64_t>::max();

/// Saturated.
std::uint64_t product(std::uint64_t first, const Extents& factors) {
  if (std::find(factors.begin(), factors.end(), 0) != factors.end()) return 0;
  for (const hsize_t factor : factors) {
    if (first > too_many / factor) return too_many;
    first *= factor;
  }
  return first;
}

/// Opens a dataset behind hard links alone.
/// @throws Missing, Corrupt, TypeMismatch
Object open_object(const Object& root, const std::string& path) {
  Object group;
  const Object* at = &root;
  const auto last = path.rfind('/');
  for (std::size_t start = 1; start < last;) {
    const auto end = std::min(path.find('/', start), last);
    group = open_group(*at, path.substr(start, end - start));
    at = &group;
    start = end + 1;
  }
  const std::string name = path.substr(last + 1);
  require_hard_link(*at, name);
  Hid id(checked(Doing::reading, root.file, "open " + path,
                 [&] { return H5Oopen(at->id.get(), name.c_str(), H5P_DEFAULT); }),
         H5Oclose);
  const H5I_type_t kind = H5Iget_type(id.get());
  if (kind != H5I_DATASET) {
    throw TypeMismatch(root.file, fmt::format("{} is a {}, not a dataset", path, kind == H5I_GROUP ? "group" : "type"));
  }
  return {std::move(id), root.file, path};
}

/// @throws FileShapeMismatch
Extents dims_of_any(const Object& dataset) {
  const Hid space(checked(Doing::reading, dataset.file, "read the shape of " + dataset.name,
                          [&] { return H5Dget_space(dataset.id.get()); }),
                  H5Sclose);
  const H5S_class_t kind = H5Sget_simple_extent_type(space.get());
  if (kind != H5S_SIMPLE && kind != H5S_SCALAR) {
    throw FileShapeMismatch(dataset.file, dataset.name + " has no shape and no elements (a null dataspace)");
  }
  Extents dims(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space.get()), 0)));
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  return dims;
}

/// @throws TypeMismatch
StoredNumber number_of(const Object& dataset, const Hid& type) {
  const auto number = number_in(type);
  if (number) return *number;
  throw TypeMismatch(dataset.file, fmt::format("{} holds {}; numbers of up to 64 bits are read, also complex ones",
                                               dataset.name, description_of(type)));
}

/// @throws FilterMissing
void require_filters(const Object& dataset, const Hid& creation) {
  const int count = H5Pget_nfilters(creation.get());
  for (int n = 0; n < count; ++n) {
    unsigned flags = 0, configuration = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(creation.get(), static_cast<unsigned>(n), &flags, &values, nullptr, 0, nullptr, &configuration);
    const SilentErrors silent;
    if (H5Zfilter_avail(filter) <= 0) throw FilterMissing::of(dataset.file, dataset.name, filter);
  }
}

/// Whether HDF5 knows what elements are that were never written.
bool has_fill_value(const Hid& creation) {
  H5D_fill_value_t defined = H5D_FILL_VALUE_UNDEFINED;
  H5D_fill_time_t time = H5D_FILL_TIME_NEVER;
  H5Pfill_value_defined(creation.get(), &defined);
  H5Pget_fill_time(creation.get(), &time);
  return defined != H5D_FILL_VALUE_UNDEFINED && time != H5D_FILL_TIME_NEVER;
}

/// Whether all chunks of a dataset are in its file.
bool has_all_chunks(const AnyDataset& dataset, const Hid& creation) {
  const Object& object = dataset.object;
  Extents counts(dataset.dims.size());
  H5Pget_chunk(creation.get(), static_cast<int>(counts.size()), counts.data());
  for (std::size_t axis = 0; axis < counts.size(); ++axis)
    counts[axis] = dataset.dims[axis] / counts[axis] + (dataset.dims[axis] % counts[axis] != 0);
  const Hid space(H5Dget_space(object.id.get()), H5Sclose);
  hsize_t there = 0;
  checked(Doing::reading, object.file, "count the chunks of " + object.name,
          [&] { return H5Dget_num_chunks(object.id.get(), space.get(), &there); });
  return there >= product(1, counts);
}

/// A damaged header may tell any shape.
/// @throws Corrupt
void require_storage(const AnyDataset& dataset, const Hid& creation, std::uint64_t need) {
  const Object& object = dataset.object;
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  if (H5Pget_external_count(creation.get()) > 0 || layout == H5D_VIRTUAL) {
    throw Corrupt::in(object.file, object.name, "is stored outside its file; only what the file itself holds is read");
  }
  if (need == 0) return;
  const std::uint64_t file_size = std::filesystem::file_size(object.file);
  const bool is_whole = layout == H5D_CHUNKED || dataset.stored == 0 || dataset.stored >= need;
  if (dataset.stored > file_size || !is_whole) {
    throw Corrupt::in(object.file, object.name,
                      fmt::format("has a shape of {} bytes, of which {} are stored", need, dataset.stored));
  }
  if (has_fill_value(creation)) return;
  const bool written = layout == H5D_CHUNKED ? has_all_chunks(dataset, creation) : dataset.stored > 0;
  if (!written) {
    throw Corrupt::in(object.file, object.name, "was never written, or not all of it, and has no fill value");
  }
}

Hid space_of(const Extents& dims) {
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

/// @throws FileShapeMismatch
void require_inside(const AnyDataset& dataset, const Box& box) {
  bool fits = box.offset.size() == dataset.dims.size() && box.count.size() == dataset.dims.size();
  for (std::size_t axis = 0; fits && axis < dataset.dims.size(); ++axis)
    fits = box.count[axis] <= dataset.dims[axis] && box.offset[axis] <= dataset.dims[axis] - box.count[axis];
  if (fits) return;
  throw FileShapeMismatch(dataset.object.file, fmt::format("{} has the shape ({}); asked for ({}) at ({})",
                                                           dataset.object.name, fmt::join(dataset.dims, ", "),
                                                           fmt::join(box.count, ", "), fmt::join(box.offset, ", ")));
}

/// HDF5 takes the nearest number that a type has, and says nothing.
H5T_conv_ret_t stop_at_what_does_not_fit(H5T_conv_except_t what, hid_t, hid_t, void*, void*, void* stopped) {
  if (what != H5T_CONV_EXCEPT_RANGE_HI && what != H5T_CONV_EXCEPT_RANGE_LOW) return H5T_CONV_UNHANDLED;
  *static_cast<bool*>(stopped) = true;
  return H5T_CONV_ABORT;
}

}  // namespace

std::uint64_t AnyDataset::bytes_as(NumberType type) const {
  const std::uint64_t bytes = product(bytes_of(type), dims);
  if (bytes <= too_many / 2) return bytes;
  throw FileShapeMismatch(object.file,
                          fmt::format("{} has the shape ({}): too many bytes", object.name, fmt::join(dims, ", ")));
}

AnyDataset open_any_dataset(const Object& root, const std::string& path) {
  const NoPlugins none;
  AnyDataset dataset{open_object(root, path), {}, {}, 0};
  const Object& object = dataset.object;
  const Hid type(
      checked(Doing::reading, object.file, "read the type of " + path, [&] { return H5Dget_type(object.id.get()); }),
      H5Tclose);
  const Hid creation(checked(Doing::reading, object.file, "read the storage of " + path,
                             [&] { return H5Dget_create_plist(object.id.get()); }),
                     H5Pclose);
  dataset.number = number_of(object, type);
  dataset.dims = dims_of_any(object);
  require_filters(object, creation);
  const SilentErrors silent;  // a list of chunks that does not verify stores nothing
  dataset.stored = H5Dget_storage_size(object.id.get());
  dataset.bytes_as(NumberType::complex128);  // whatever it will be read as
  require_storage(dataset, creation, product(H5Tget_size(type.get()), dataset.dims));
  return dataset;
}

void read_any(const AnyDataset& dataset, const Box& box, NumberType as, void* values) {
  const NoPlugins none;
  require_inside(dataset, box);
  if (box.size() == 0) return;
  const Object& object = dataset.object;
  const Hid type = memory_type(as, dataset.number.names);
  const Hid transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
  bool stopped = false;
  H5Pset_type_conv_cb(transfer.get(), stop_at_what_does_not_fit, &stopped);
  Hid in_file, in_memory;
  if (!dataset.dims.empty()) {
    in_file = space_of(dataset.dims);
    in_memory = space_of(box.count);
    H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, box.offset.data(), nullptr, box.count.data(), nullptr);
  }
  const hid_t source = dataset.dims.empty() ? H5S_ALL : in_file.get();
  const hid_t target = dataset.dims.empty() ? H5S_ALL : in_memory.get();
  const SilentErrors silent;
  const herr_t done = H5Dread(object.id.get(), type.get(), target, source, transfer.get(), values);
  if (stopped) {
    throw TypeMismatch(object.file, fmt::format("{} holds a number of {} that is beyond {}, as which it is read",
                                                object.name, numpy_name(dataset.number.type), numpy_name(as)));
  }
  if (done < 0) throw_stack(Doing::reading, object.file, "read " + object.name);
  if (dataset.number.type != NumberType::bool8 || bytes_of(as) != 1) return;
  for (auto *byte = static_cast<unsigned char*>(values), *end = byte + box.size(); byte != end; ++byte)
    *byte = *byte != 0;
}

}  // namespace tarn::io::hdf5
