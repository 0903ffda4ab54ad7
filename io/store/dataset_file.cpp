#include "tarn/io/store/dataset_file.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/hdf5/hid.hpp"
#include "tarn/io/store/content_hash.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

using hdf5::checked;
using hdf5::Doing;
using hdf5::Hid;

namespace {

constexpr std::uint64_t piece_bytes = 1 << 20;  // of a chunk, about

struct TypeRow {
  DatasetType type;
  const char* name;
  std::size_t bytes;
};
constexpr std::array<TypeRow, 5> types{{{DatasetType::float32, "float", 4},
                                        {DatasetType::float64, "double", 8},
                                        {DatasetType::int32, "int32", 4},
                                        {DatasetType::int64, "int64", 8},
                                        {DatasetType::uint8, "uint8", 1}}};

const TypeRow& row_of(DatasetType type) {
  return *std::find_if(types.begin(), types.end(), [&](const TypeRow& row) { return row.type == type; });
}

hid_t stored_type(DatasetType type) {
  switch (type) {
    case DatasetType::float32:
      return H5T_IEEE_F32LE;
    case DatasetType::float64:
      return H5T_IEEE_F64LE;
    case DatasetType::int32:
      return H5T_STD_I32LE;
    case DatasetType::int64:
      return H5T_STD_I64LE;
    default:
      return H5T_STD_U8LE;
  }
}

/// Rows along the slowest axis that one piece has; a piece is a chunk.
std::uint64_t rows_in_piece(const std::vector<std::uint64_t>& shape, std::size_t element) {
  std::uint64_t row = element;
  for (std::size_t axis = 1; axis < shape.size(); ++axis)
    row *= shape[axis];
  return std::clamp<std::uint64_t>(piece_bytes / std::max<std::uint64_t>(row, 1), 1, shape[0]);
}

std::uint64_t elements_in_row(const std::vector<std::uint64_t>& shape) {
  std::uint64_t count = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis)
    count *= shape[axis];
  return count;
}

/// The rows of one piece, selected in the file, and a memory space that fits.
struct Selection {
  Hid in_file, in_memory;
};

Selection select_rows(const std::vector<std::uint64_t>& shape, std::uint64_t first, std::uint64_t rows) {
  std::vector<hsize_t> dims(shape.begin(), shape.end()), start(shape.size(), 0), count = dims;
  start[0] = first;
  count[0] = rows;
  Selection selection{Hid(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose),
                      Hid(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose)};
  H5Sselect_hyperslab(selection.in_file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  return selection;
}

Hid create_dataset(const Hid& file, const fs::path& path, const DatasetDescription& dataset) {
  std::vector<hsize_t> dims(dataset.shape.begin(), dataset.shape.end()), chunk = dims;
  chunk[0] = rows_in_piece(dataset.shape, bytes_of(dataset.type));
  const Hid space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose);
  const Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_fletcher32(creation.get());
  H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times(creation.get(), false);
  return {checked(Doing::writing, path, "create the dataset " + dataset.path,
                  [&] {
                    return H5Dcreate2(file.get(), dataset.path.c_str(), stored_type(dataset.type), space.get(),
                                      H5P_DEFAULT, creation.get(), H5P_DEFAULT);
                  }),
          H5Dclose};
}

/// @throws TypeMismatch
DatasetType type_of(const Hid& dataset, const fs::path& file, const std::string& path) {
  const Hid type(H5Dget_type(dataset.get()), H5Tclose);
  for (const auto& row : types) {
    if (H5Tequal(type.get(), stored_type(row.type)) > 0) return row.type;
  }
  throw TypeMismatch(file, path + " holds elements of a type that is not read here");
}

Hid open_dataset(const hdf5::Object& root, const std::string& path) {
  std::string parent = path.substr(0, path.rfind('/'));
  hdf5::Object group;
  const hdf5::Object* at = &root;
  for (std::size_t start = 1; start < parent.size();) {
    const auto end = std::min(parent.find('/', start), parent.size());
    group = hdf5::open_group(*at, parent.substr(start, end - start));
    at = &group;
    start = end + 1;
  }
  const std::string name = path.substr(path.rfind('/') + 1);
  hdf5::require_hard_link(*at, name);
  return {checked(Doing::reading, root.file, "open the dataset " + path,
                  [&] { return H5Dopen2(at->id.get(), name.c_str(), H5P_DEFAULT); }),
          H5Dclose};
}

std::vector<std::uint64_t> shape_of(const Hid& dataset, const fs::path& file, const std::string& path) {
  const Hid space(H5Dget_space(dataset.get()), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  std::vector<hsize_t> dims(static_cast<std::size_t>(std::max(rank, 0)));
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  const Hid creation(H5Dget_create_plist(dataset.get()), H5Pclose);
  if (H5Pget_external_count(creation.get()) > 0 || H5Pget_layout(creation.get()) == H5D_VIRTUAL) {
    throw Corrupt::in(file, path, "is stored outside its file; only what the file itself holds is read");
  }
  return {dims.begin(), dims.end()};
}

/// Bytes that a shape needs, or the largest number there is.
std::uint64_t bytes_needed(const std::vector<std::uint64_t>& shape, std::size_t element) {
  std::uint64_t bytes = element;
  for (const auto count : shape) {
    if (count != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / count) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    bytes *= count;
  }
  return bytes;
}

/// Paths of datasets by their address in the file. Of several names of one dataset the one in /data counts.
using PathsByAddress = std::map<haddr_t, std::string>;

void collect(const hdf5::Object& group, PathsByAddress& paths, int depth) {
  constexpr int deepest = 16;
  if (depth > deepest) throw Corrupt(group.file, group.name + " lies too deep");
  for (const auto& name : hdf5::member_names(group)) {
    hdf5::require_hard_link(group, name);
    H5O_info_t about{};
    checked(Doing::reading, group.file, "look at " + hdf5::join(group.name, name),
            [&] { return H5Oget_info_by_name(group.id.get(), name.c_str(), &about, H5P_DEFAULT); });
    if (about.type == H5O_TYPE_DATASET) {
      const auto path = hdf5::join(group.name, name);
      const auto [known, is_new] = paths.emplace(about.addr, path);
      if (!is_new && path.starts_with("/data/")) known->second = path;
    }
    if (about.type == H5O_TYPE_GROUP) collect(hdf5::open_group(group, name), paths, depth + 1);
  }
}

/// Whether a dataset shows values of others, such as the slabs that VTK reads.
bool is_view(const hdf5::Object& root, const std::string& path) {
  const Hid dataset(checked(Doing::reading, root.file, "open " + path,
                            [&] { return H5Dopen2(root.id.get(), path.c_str(), H5P_DEFAULT); }),
                    H5Dclose);
  const Hid creation(H5Dget_create_plist(dataset.get()), H5Pclose);
  return H5Pget_layout(creation.get()) == H5D_VIRTUAL;
}

}  // namespace

DatasetType dataset_type_of(const std::string& name) {
  std::string known;
  for (const auto& row : types) {
    if (name == row.name) return row.type;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError(fmt::format("there is no element type '{}'; there are {}", name, known));
}

const char* name_of(DatasetType type) {
  return row_of(type).name;
}

std::size_t bytes_of(DatasetType type) {
  return row_of(type).bytes;
}

void write_dataset_file(const fs::path& file, const DatasetDescription& dataset, const FillElements& fill) {
  hdf5::start_library();
  const Hid access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose), creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_file_locking(access.get(), false, true);
  H5Pset_obj_track_times(creation.get(), false);
  hdf5::Object opened{Hid(checked(Doing::writing, file, "create the file",
                                  [&] { return H5Fcreate(file.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()); }),
                          H5Fclose),
                      file, "/"};
  {
    const Hid target = create_dataset(opened.id, file, dataset);
    const std::uint64_t piece = rows_in_piece(dataset.shape, bytes_of(dataset.type));
    const std::uint64_t row = elements_in_row(dataset.shape);
    std::vector<char> values(piece * row * bytes_of(dataset.type));
    for (std::uint64_t first = 0; first < dataset.shape[0]; first += piece) {
      const std::uint64_t rows = std::min(piece, dataset.shape[0] - first);
      fill(first * row, rows * row, values.data());
      const Selection selection = select_rows(dataset.shape, first, rows);
      checked(Doing::writing, file, "write " + dataset.path, [&] {
        return H5Dwrite(target.get(), stored_type(dataset.type), selection.in_memory.get(), selection.in_file.get(),
                        H5P_DEFAULT, values.data());
      });
    }
  }
  checked(Doing::writing, file, "flush the file", [&] { return H5Fflush(opened.id.get(), H5F_SCOPE_GLOBAL); });
  checked(Doing::writing, file, "close the file", [&] { return opened.id.close(); });
}

std::vector<DatasetDescription> describe_datasets(const fs::path& file) {
  const hdf5::Object root = hdf5::open_file(file);
  PathsByAddress by_address;
  collect(root, by_address, 0);
  std::set<std::string> paths;
  for (const auto& [address, path] : by_address)
    paths.insert(path);
  std::vector<DatasetDescription> datasets;
  for (const auto& path : paths) {
    if (is_view(root, path)) continue;
    const Hid dataset = open_dataset(root, path);
    try {
      datasets.push_back({path, type_of(dataset, file, path), shape_of(dataset, file, path)});
    } catch (const TypeMismatch&) {
      continue;  // text and tables are nobody's array
    }
  }
  return datasets;
}

void read_dataset(const fs::path& file, const std::string& path,
                  const std::function<void(std::uint64_t first, const void* values, std::size_t bytes)>& take) {
  const hdf5::Object root = hdf5::open_file(file);
  const Hid dataset = open_dataset(root, path);
  const DatasetType type = type_of(dataset, file, path);
  const auto shape = shape_of(dataset, file, path);
  const std::size_t element = bytes_of(type);
  // Deflate packs a thousandfold at best; a shape beyond that is a lie, and memory is not taken for it.
  constexpr std::uint64_t most_packed = 2000;
  const hdf5::SilentErrors silent;
  const std::uint64_t need = bytes_needed(shape, element), stored = H5Dget_storage_size(dataset.get());
  if (shape.empty() || stored > fs::file_size(file) || need / most_packed > stored) {
    throw Corrupt::in(file, path, fmt::format("has a shape of {} bytes, of which {} are stored", need, stored));
  }
  if (need == 0) return;
  const std::uint64_t piece = rows_in_piece(shape, element), row = elements_in_row(shape);
  std::vector<char> values(piece * row * element);
  for (std::uint64_t first = 0; first < shape[0]; first += piece) {
    const std::uint64_t rows = std::min(piece, shape[0] - first);
    const Selection selection = select_rows(shape, first, rows);
    checked(Doing::reading, file, "read " + path, [&] {
      return H5Dread(dataset.get(), stored_type(type), selection.in_memory.get(), selection.in_file.get(), H5P_DEFAULT,
                     values.data());
    });
    take(first * row, values.data(), rows * row * element);
  }
}

std::vector<DatasetHash> hash_datasets(const fs::path& file) {
  std::vector<DatasetHash> hashes;
  for (const auto& dataset : describe_datasets(file)) {
    ContentHash hash;
    std::uint64_t piece = 0;
    read_dataset(file, dataset.path,
                 [&](std::uint64_t, const void* values, std::size_t bytes) { hash.add(piece++, values, bytes); });
    hashes.push_back({dataset.path, hash_text(hash.sum())});
  }
  return hashes;
}

}  // namespace tarn::io
