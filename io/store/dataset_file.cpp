#include "tarn/io/store/dataset_file.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/hdf5/any_dataset.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

using hdf5::checked;
using hdf5::Doing;
using hdf5::Hid;

namespace {

constexpr std::uint64_t piece_bytes = 1 << 20;  // of a chunk, about

/// What tarn makes.
constexpr std::array<DatasetType, 5> made_types{DatasetType::float32, DatasetType::float64, DatasetType::int32,
                                                DatasetType::int64, DatasetType::uint8};

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
  const Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose), type = hdf5::memory_type(dataset.type);
  H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_fletcher32(creation.get());
  H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times(creation.get(), false);
  return {checked(Doing::writing, path, "create the dataset " + dataset.path,
                  [&] {
                    return H5Dcreate2(file.get(), dataset.path.c_str(), type.get(), space.get(), H5P_DEFAULT,
                                      creation.get(), H5P_DEFAULT);
                  }),
          H5Dclose};
}

/// What makes an object of a file one, under whatever names.
using Identity = std::string;

/// @return nothing for what is no dataset and no group
std::pair<H5O_type_t, Identity> look_at(const hdf5::Object& group, const std::string& name) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t about{};
  const auto look = [&] {
    return H5Oget_info_by_name3(group.id.get(), name.c_str(), &about, H5O_INFO_BASIC, H5P_DEFAULT);
  };
#else
  H5O_info_t about{};
  const auto look = [&] {
    return H5Oget_info_by_name2(group.id.get(), name.c_str(), &about, H5O_INFO_BASIC, H5P_DEFAULT);
  };
#endif
  checked(Doing::reading, group.file, "look at " + hdf5::join(group.name, name), look);
#if H5_VERSION_GE(1, 12, 0)
  return {about.type, Identity(reinterpret_cast<const char*>(&about.token), sizeof about.token)};
#else
  return {about.type, fmt::format("{}", about.addr)};
#endif
}

/// Paths of datasets by what they are. Of several names of one dataset the one in /data counts.
using PathsByIdentity = std::map<Identity, std::string>;

/// Soft and external links of a file.
enum class Links { refused, passed_over };

void collect(const hdf5::Object& group, Links links, PathsByIdentity& paths, int depth) {
  constexpr int deepest = 16;
  if (depth > deepest) throw Corrupt(group.file, group.name + " lies too deep");
  for (const auto& name : hdf5::member_names(group)) {
    if (links == Links::passed_over && !hdf5::is_hard_link(group, name)) continue;
    hdf5::require_hard_link(group, name);
    const auto [type, identity] = look_at(group, name);
    if (type == H5O_TYPE_DATASET) {
      const auto path = hdf5::join(group.name, name);
      const auto [known, is_new] = paths.emplace(identity, path);
      if (!is_new && path.starts_with("/data/")) known->second = path;
    }
    if (type == H5O_TYPE_GROUP) collect(hdf5::open_group(group, name), links, paths, depth + 1);
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

std::vector<DatasetDescription> describe(const hdf5::Object& root, Links links) {
  PathsByIdentity by_identity;
  collect(root, links, by_identity, 0);
  std::set<std::string> paths;
  for (const auto& [identity, path] : by_identity)
    paths.insert(path);
  std::vector<DatasetDescription> datasets;
  for (const auto& path : paths) {
    if (is_view(root, path)) continue;
    try {
      const hdf5::AnyDataset dataset = hdf5::open_any_dataset(root, path);
      datasets.push_back({path, dataset.number.type, {dataset.dims.begin(), dataset.dims.end()}});
    } catch (const TypeMismatch&) {
      continue;  // text and tables are nobody's array
    } catch (const FileShapeMismatch&) {
      continue;  // nor is what has no shape
    }
  }
  return datasets;
}

/// Deflate packs a thousandfold at best; a shape beyond that is not all there.
bool may_hold(std::uint64_t stored, std::uint64_t bytes) {
  constexpr std::uint64_t most_packed = 2000;
  return bytes / most_packed <= stored;
}

/// The box that is read at a time: some rows, and of a row that the file cannot hold a part, so that memory is not
/// taken for a shape that is a lie.
hdf5::Extents piece_of(const hdf5::AnyDataset& dataset) {
  hdf5::Extents piece = dataset.dims;
  if (piece.empty()) return piece;
  const std::size_t element = bytes_of(dataset.number.type);
  piece[0] = rows_in_piece({piece.begin(), piece.end()}, element);
  if (may_hold(dataset.stored, elements_in_row({piece.begin(), piece.end()}) * element)) return piece;
  hsize_t elements = piece_bytes / element;
  for (std::size_t axis = piece.size(); axis-- > 0; elements /= piece[axis])
    piece[axis] = std::clamp<hsize_t>(elements, 1, dataset.dims[axis]);
  return piece;
}

using Take = std::function<void(std::uint64_t first, const void* values, std::size_t bytes)>;

void read(const hdf5::AnyDataset& dataset, const Take& take) {
  const std::size_t element = bytes_of(dataset.number.type);
  if (dataset.bytes_as(dataset.number.type) == 0) return;
  const hdf5::Extents piece = piece_of(dataset);
  hdf5::Box box{hdf5::Extents(piece.size(), 0), piece};
  std::vector<char> values(box.size() * element);
  for (std::uint64_t first = 0;;) {
    for (std::size_t axis = 0; axis < piece.size(); ++axis)
      box.count[axis] = std::min(piece[axis], dataset.dims[axis] - box.offset[axis]);
    hdf5::read_any(dataset, box, dataset.number.type, values.data());
    take(first, values.data(), box.size() * element);
    first += box.size();
    std::size_t axis = piece.size();
    while (axis > 0 && (box.offset[axis - 1] += piece[axis - 1]) >= dataset.dims[axis - 1])
      box.offset[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace

DatasetType dataset_type_of(const std::string& name) {
  std::string known;
  for (const auto type : made_types) {
    if (name == name_of(type)) return type;
    known += (known.empty() ? "" : ", ") + std::string(name_of(type));
  }
  throw UsageError(fmt::format("there is no element type '{}'; there are {}", name, known));
}

const char* name_of(DatasetType type) {
  if (type == DatasetType::float32) return "float";
  if (type == DatasetType::float64) return "double";
  return hdf5::numpy_name(type);
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
    const Hid target = create_dataset(opened.id, file, dataset), type = hdf5::memory_type(dataset.type);
    const std::uint64_t piece = rows_in_piece(dataset.shape, bytes_of(dataset.type));
    const std::uint64_t row = elements_in_row(dataset.shape);
    std::vector<char> values(piece * row * bytes_of(dataset.type));
    for (std::uint64_t first = 0; first < dataset.shape[0]; first += piece) {
      const std::uint64_t rows = std::min(piece, dataset.shape[0] - first);
      fill(first * row, rows * row, values.data());
      const Selection selection = select_rows(dataset.shape, first, rows);
      checked(Doing::writing, file, "write " + dataset.path, [&] {
        return H5Dwrite(target.get(), type.get(), selection.in_memory.get(), selection.in_file.get(), H5P_DEFAULT,
                        values.data());
      });
    }
  }
  checked(Doing::writing, file, "flush the file", [&] { return H5Fflush(opened.id.get(), H5F_SCOPE_GLOBAL); });
  checked(Doing::writing, file, "close the file", [&] { return opened.id.close(); });
}

std::vector<DatasetDescription> describe_datasets(const fs::path& file) {
  return describe(hdf5::open_file(file), Links::passed_over);
}

void read_dataset(const fs::path& file, const std::string& path, const Take& take) {
  const hdf5::Object root = hdf5::open_file(file);
  read(hdf5::open_any_dataset(root, path), take);
}

std::vector<DatasetHash> hash_datasets(const fs::path& file) {
  std::vector<DatasetHash> hashes;
  const hdf5::Object root = hdf5::open_file(file);
  for (const auto& description : describe(root, Links::refused)) {
    const hdf5::AnyDataset dataset = hdf5::open_any_dataset(root, description.path);
    const std::uint64_t need = dataset.bytes_as(dataset.number.type);
    if (dataset.dims.empty() || !may_hold(dataset.stored, need)) {
      throw Corrupt::in(file, description.path,
                        fmt::format("has a shape of {} bytes, of which {} are stored", need, dataset.stored));
    }
    ContentHash hash;
    std::uint64_t piece = 0;
    read(dataset, [&](std::uint64_t, const void* values, std::size_t bytes) { hash.add(piece++, values, bytes); });
    hashes.push_back({description.path, hash_text(hash.sum())});
  }
  return hashes;
}

}  // namespace tarn::io
