#include "tarn/apps/pipeline/array_file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <sys/stat.h>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/hdf5/any_dataset.hpp"
#include "tarn/io/hdf5/file.hpp"

namespace tarn::apps::pipeline {

namespace fs = std::filesystem;

using io::hdf5::AnyDataset;
using io::hdf5::checked;
using io::hdf5::Doing;
using io::hdf5::Hid;
using io::hdf5::NumberType;

namespace {

constexpr std::int64_t chunk_bytes = 1 << 20;  // about

/// What the elements of a file become: the type here that holds every number of theirs. NumPy's uint64 has none; its
/// numbers are read as int64 and refused where they are beyond it.
ElementType element_for(NumberType stored) {
  switch (stored) {
    case NumberType::bool8:
    case NumberType::uint8:
      return ElementType::uint8;
    case NumberType::int8:
    case NumberType::int16:
    case NumberType::uint16:
    case NumberType::int32:
      return ElementType::int32;
    case NumberType::uint32:
    case NumberType::int64:
    case NumberType::uint64:
      return ElementType::int64;
    case NumberType::float16:
    case NumberType::float32:
      return ElementType::float32;
    case NumberType::float64:
      return ElementType::float64;
    default:
      return ElementType::complex128;
  }
}

/// As which numbers they are in memory and in the files that are written.
NumberType number_for(ElementType type) {
  switch (type) {
    case ElementType::uint8:
      return NumberType::uint8;
    case ElementType::int32:
      return NumberType::int32;
    case ElementType::int64:
      return NumberType::int64;
    case ElementType::float32:
      return NumberType::float32;
    case ElementType::float64:
      return NumberType::float64;
    default:
      return NumberType::complex128;
  }
}

Hid stored_type(ElementType type) {
  return io::hdf5::memory_type(number_for(type));
}

/// @throws FileShapeMismatch
Signature signature_of(const AnyDataset& dataset) {
  const std::size_t rank = dataset.dims.size();
  if (rank < 1 || rank > static_cast<std::size_t>(ops::max_rank)) {
    throw io::FileShapeMismatch(
        dataset.object.file, fmt::format("{} has {} axes; 1 to {} expected", dataset.object.name, rank, ops::max_rank));
  }
  Signature signature;
  signature.type = element_for(dataset.number.type);
  signature.shape.rank = static_cast<int>(rank);
  std::copy(dataset.dims.begin(), dataset.dims.end(), signature.shape.extents.begin());
  return signature;
}

/// A pipe or a device would be waited for.
io::hdf5::Object open_regular_file(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) io::throw_errno(file, "open the file", errno);
  if (!S_ISREG(about.st_mode)) throw io::Io(file, "is not a regular file", EINVAL);
  return io::hdf5::open_file(file);
}

struct Selection {
  Hid in_file, in_memory;
};

Selection select_rows(const ops::Shape& shape, std::int64_t first, std::int64_t rows) {
  hsize_t dims[ops::max_rank], start[ops::max_rank] = {}, count[ops::max_rank];
  std::copy_n(shape.extents.begin(), ops::max_rank, dims);
  std::copy_n(dims, ops::max_rank, count);
  start[0] = static_cast<hsize_t>(first);
  count[0] = static_cast<hsize_t>(rows);
  Selection selection{Hid(H5Screate_simple(shape.rank, dims, nullptr), H5Sclose),
                      Hid(H5Screate_simple(shape.rank, count, nullptr), H5Sclose)};
  H5Sselect_hyperslab(selection.in_file.get(), H5S_SELECT_SET, start, nullptr, count, nullptr);
  return selection;
}

Hid creation_list(const Signature& signature) {
  Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER);
  if (signature.bytes() == 0) return creation;
  hsize_t chunk[ops::max_rank];
  std::copy_n(signature.shape.extents.begin(), ops::max_rank, chunk);
  // Whole rows where they are small, parts of a row along the next axes where one is larger than a chunk should be.
  auto elements = static_cast<hsize_t>(chunk_bytes) / bytes_of(signature.type);
  for (int d = signature.shape.rank - 1; d >= 0; --d) {
    chunk[d] = std::clamp<hsize_t>(elements, 1, chunk[d]);
    elements /= chunk[d];
  }
  H5Pset_chunk(creation.get(), signature.shape.rank, chunk);
  H5Pset_fletcher32(creation.get());
  return creation;
}

}  // namespace

Signature read_signature(const fs::path& file, const std::string& dataset) {
  const io::hdf5::Object root = open_regular_file(file);
  return signature_of(io::hdf5::open_any_dataset(root, dataset));
}

void read_rows(const fs::path& file, const std::string& dataset, const Signature& expected, std::int64_t first,
               std::int64_t rows, void* values) {
  const io::hdf5::Object root = open_regular_file(file);
  const AnyDataset opened = io::hdf5::open_any_dataset(root, dataset);
  if (!(signature_of(opened) == expected)) {
    throw io::FileShapeMismatch(file, dataset + " has changed since the run began");
  }
  if (rows == 0 || expected.bytes() == 0) return;
  io::hdf5::Box box{io::hdf5::Extents(opened.dims.size(), 0), opened.dims};
  box.offset[0] = static_cast<hsize_t>(first);
  box.count[0] = static_cast<hsize_t>(rows);
  io::hdf5::read_any(opened, box, number_for(expected.type), values);
}

ArrayFile::ArrayFile(const fs::path& path) : path_(path) {
  constexpr std::uint64_t room_to_begin = 4096;
  io::hdf5::start_library();
  io::create_with_room(path, room_to_begin);  // without it HDF5 2 ends the program
  const Hid access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access.get(), false, true);
  file_ = io::hdf5::create_file(path, access);
}

void ArrayFile::create(const std::string& name, const Signature& signature) {
  hsize_t dims[ops::max_rank];
  std::copy_n(signature.shape.extents.begin(), ops::max_rank, dims);
  const Hid space(H5Screate_simple(signature.shape.rank, dims, nullptr), H5Sclose);
  const Hid creation = creation_list(signature), type = stored_type(signature.type);
  Hid id(checked(Doing::writing, path_, "create the dataset " + name,
                 [&] {
                   return H5Dcreate2(file_.id.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, creation.get(),
                                     H5P_DEFAULT);
                 }),
         H5Dclose);
  datasets_.push_back({name, signature, std::move(id)});
}

ArrayFile::Dataset& ArrayFile::find(const std::string& name) {
  return *std::find_if(datasets_.begin(), datasets_.end(), [&](const Dataset& d) { return d.name == name; });
}

void ArrayFile::write_rows(const std::string& name, std::int64_t first, std::int64_t rows, const void* values) {
  const Dataset& dataset = find(name);
  if (rows == 0 || dataset.signature.bytes() == 0) return;
  const Selection selection = select_rows(dataset.signature.shape, first, rows);
  const Hid type = stored_type(dataset.signature.type);
  checked(Doing::writing, path_, "write " + name, [&] {
    return H5Dwrite(dataset.id.get(), type.get(), selection.in_memory.get(), selection.in_file.get(), H5P_DEFAULT,
                    values);
  });
}

void ArrayFile::write_texts(const std::string& name, const std::vector<std::string>& texts) {
  std::size_t length = 1;
  for (const auto& text : texts)
    length = std::max(length, text.size());
  std::string packed;
  for (std::string text : texts) {
    text.resize(length, '\0');
    packed += text;
  }
  const Hid type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), length);
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const hsize_t count = texts.size();
  const Hid space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Hid creation = creation_list({ElementType::uint8, {1, {static_cast<std::int64_t>(count)}}});
  const Hid id(checked(Doing::writing, path_, "create the dataset " + name,
                       [&] {
                         return H5Dcreate2(file_.id.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT,
                                           creation.get(), H5P_DEFAULT);
                       }),
               H5Dclose);
  checked(Doing::writing, path_, "write " + name,
          [&] { return H5Dwrite(id.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()); });
}

void ArrayFile::finish() {
  std::vector<std::pair<std::string, Signature>> written;
  for (const auto& dataset : datasets_)
    written.emplace_back("/" + dataset.name, dataset.signature);
  datasets_.clear();
  checked(Doing::writing, path_, "flush the file", [&] { return H5Fflush(file_.id.get(), H5F_SCOPE_GLOBAL); });
  checked(Doing::writing, path_, "close the file", [&] { return file_.id.close(); });
  io::FileDescriptor::open(path_, O_RDONLY | O_NOFOLLOW).sync();
  std::vector<char> rows;
  for (const auto& [name, signature] : written) {
    const std::int64_t total = rows_of(signature.shape), row = std::max<std::int64_t>(row_bytes(signature), 1);
    const std::int64_t piece = std::max<std::int64_t>(1, 4 * chunk_bytes / row);
    rows.resize(static_cast<std::size_t>(std::min(piece, total) * row));
    for (std::int64_t first = 0; first < total; first += piece)
      read_rows(path_, name, signature, first, std::min(piece, total - first), rows.data());
  }
}

}  // namespace tarn::apps::pipeline
