#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/hdf5/object_headers.hpp"
#include "tarn/io/hdf5/seal.hpp"
#include "tarn/io/snapshot/digest.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/snapshot/structure.hpp"
#include "tarn/io/store/agree.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

using hdf5::Box;
using hdf5::Dataset;
using hdf5::Extents;
using hdf5::Object;

namespace {

/// The one step of a file: the name of the only group in /data.
/// @throws Corrupt
std::int64_t step_of(const Object& data) {
  const auto names = member_names(data);
  std::int64_t step = -1;
  if (names.size() == 1) {
    const char* end = names[0].data() + names[0].size();
    const auto [rest, error] = std::from_chars(names[0].data(), end, step);
    if (error != std::errc{} || rest != end) step = -1;
  }
  if (step < 0) {
    throw Corrupt(data.file, fmt::format("/data holds [{}]; one step number expected", fmt::join(names, ", ")));
  }
  return step;
}

template <class Number>
void fill(std::array<Number, 3>& target, const std::vector<Number>& values) {
  std::copy(values.begin(), values.end(), target.begin());
}

SnapshotInfo read_info(const Object& root) {
  SnapshotInfo info;
  info.deck = read_long_text(root, "deck");
  info.app = read_text(root, "app");
  info.run_name = read_text(root, "run_name");
  info.precision = read_text(root, "precision");
  info.seed = read_unsigned(root, "seed");
  info.ranks = static_cast<int>(read_int(root, "ranks"));
  info.tarn_version = read_text(root, "softwareVersion");
  info.provenance = read_provenance(root);
  return info;
}

GridBlock read_grid(const Object& root, const Object& fields_group) {
  GridBlock grid;
  const std::int64_t dimensions = read_int(root, "dimensions");
  if (dimensions < 1 || dimensions > 3) throw Corrupt(root.file, fmt::format("has {} dimensions", dimensions));
  grid.dimensions = static_cast<int>(dimensions);
  const auto length = static_cast<std::size_t>(dimensions);
  fill(grid.cells, read_ints(fields_group, "cells", length));
  fill(grid.lower, read_doubles(fields_group, "lower", length));
  fill(grid.spacing, read_doubles(fields_group, "spacing", length));
  for (const auto cells : grid.cells) {
    if (cells < 1) throw Corrupt(root.file, fmt::format("has {} cells along an axis", cells));
  }
  grid.count = grid.cells;
  return grid;
}

/// @throws FileShapeMismatch
void require_dims(const Dataset& dataset, const GridBlock& grid) {
  if (dataset.layout.dims == dataset_dims(grid)) return;
  throw FileShapeMismatch(dataset.object.file,
                          fmt::format("{} has the shape ({}), the grid ({})", dataset.object.name,
                                      fmt::join(dataset.layout.dims, ", "), fmt::join(dataset_dims(grid), ", ")));
}

/// @throws FileShapeMismatch
void require_inside(const Dataset& dataset, const GridBlock& block) {
  for (int axis = 0; axis < 3; ++axis) {
    const auto cells = block.cells[axis];
    const auto count = block.count[axis];
    if (count >= 0 && block.offset[axis] >= 0 && count <= cells && block.offset[axis] <= cells - count) continue;
    throw FileShapeMismatch(dataset.object.file,
                            fmt::format("{}: asked for {} cells from {} along {}, which has {}", dataset.object.name,
                                        count, block.offset[axis], "xyz"[axis], cells));
  }
}

}  // namespace

Extents dataset_dims(const GridBlock& grid) {
  Extents dims;
  for (int axis = grid.dimensions; axis-- > 0;)
    dims.push_back(static_cast<hsize_t>(grid.cells[axis]));
  return dims;
}

Box dataset_box(const GridBlock& grid) {
  const bool empty = grid.count[0] == 0 || grid.count[1] == 0 || grid.count[2] == 0;
  Box box;
  for (int axis = grid.dimensions; axis-- > 0;) {
    box.offset.push_back(static_cast<hsize_t>(grid.offset[axis]));
    box.count.push_back(empty ? 0 : static_cast<hsize_t>(grid.count[axis]));
  }
  return box;
}

SnapshotReader::SnapshotReader(const Communicator& ranks, const fs::path& path) : ranks_(ranks) {
  hdf5::check_seal(path);
  hdf5::check_object_headers(path);
  file_ = hdf5::open_file(path);
  read_header();
  read_fields();
  check_digest();
}

SnapshotReader SnapshotReader::open(const Communicator& ranks, const fs::path& path) {
  std::optional<SnapshotReader> reader;
  agree(ranks, [&] { reader.emplace(SnapshotReader(ranks, path)); });
  return std::move(*reader);
}

void SnapshotReader::read_header() {
  schema_ = read_int(file_, "schema_version");
  if (schema_ > snapshot_schema) {
    throw SchemaTooNew::of(file_.file, static_cast<std::uint64_t>(schema_), snapshot_schema);
  }
  if (schema_ < oldest_snapshot_schema) {
    throw DataError(fmt::format("{}: has schema version {}; this tarn reads {} to {}", path_text(file_.file), schema_,
                                oldest_snapshot_schema, snapshot_schema));
  }
  info_ = read_info(file_);
  const Object data = open_group(file_, "data");
  info_.step = step_of(data);
  const Object iteration = open_group(data, fmt::format("{}", info_.step));
  info_.time = read_double(iteration, "time");
  info_.dt = read_double(iteration, "dt");
  if (schema_ >= 3) {
    info_.counted_from = read_double(iteration, "counted_from");
    info_.counted_steps = read_int(iteration, "counted_steps");
    if (schema_ >= 4) info_.tallies = read_text(iteration, "tallies");
  }
  grid_ = read_grid(file_, open_group(iteration, "fields"));
}

void SnapshotReader::read_fields() {
  const Object iteration = open_group(open_group(file_, "data"), fmt::format("{}", info_.step));
  const Object fields_group = open_group(iteration, "fields");
  const Object hashes_group = open_group(open_group(file_, "tarn"), "chunk_hashes");
  for (const auto& name : member_names(fields_group)) {
    Dataset dataset = open_dataset(fields_group, name);
    if (dataset.layout.element == hdf5::Element::uint64) {
      throw TypeMismatch(file_.file, dataset.object.name + " holds uint64; a field holds float32 or float64");
    }
    require_dims(dataset, grid_);
    const Dataset hashes = open_dataset(hashes_group, name);
    const Extents expected{Box{{}, dataset.layout.chunk_counts()}.size()};
    if (hashes.layout.element != hdf5::Element::uint64 || hashes.layout.dims != expected) {
      throw Corrupt::in(file_.file, hashes.object.name, fmt::format("does not hold {} hashes", expected[0]));
    }
    dataset.hashes.resize(expected[0]);
    read_part(hashes, {{0}, expected}, dataset.hashes.data());
    fields_.push_back({name, read_text(dataset.object, "unit"), dataset.layout.element});
    datasets_.push_back(std::move(dataset));
  }
}

/// @throws Corrupt
void SnapshotReader::check_digest() const {
  std::vector<FieldContent> fields;
  for (std::size_t n = 0; n < fields_.size(); ++n)
    fields.push_back({fields_[n], datasets_[n].layout.dims, datasets_[n].hashes});
  if (content_digest(schema_, info_, grid_, std::move(fields)) == read_text(file_, "content_sha256")) return;
  throw Corrupt(file_.file, "its parts do not belong together: their digest is not the one that was written");
}

/// @throws Missing with the names that there are
const Dataset& SnapshotReader::dataset(const std::string& name) const {
  std::vector<std::string> names;
  for (std::size_t n = 0; n < fields_.size(); ++n) {
    if (fields_[n].name == name) return datasets_[n];
    names.push_back(fields_[n].name);
  }
  const std::string group = fmt::format("/data/{}/fields", info_.step);
  throw Missing(file_.file, fmt::format("has no {0}/{1}; {0} holds [{2}]", group, name, fmt::join(names, ", ")));
}

template <class Real>
void SnapshotReader::read_block(const std::string& name, const CellIndex& offset, const CellIndex& count,
                                Real* values) const {
  agree(ranks_, [&] {
    const Dataset& from = dataset(name);
    if (from.layout.element != hdf5::element_of<Real>()) {
      throw TypeMismatch(file_.file, fmt::format("{} holds {}; {} asked for", from.object.name,
                                                 name_of(from.layout.element), name_of(hdf5::element_of<Real>())));
    }
    GridBlock block = grid_;
    block.offset = offset;
    block.count = count;
    require_inside(from, block);
    read_part(from, dataset_box(block), values);
  });
}

void SnapshotReader::read(const std::string& name, const CellIndex& offset, const CellIndex& count,
                          float* values) const {
  read_block(name, offset, count, values);
}

void SnapshotReader::read(const std::string& name, const CellIndex& offset, const CellIndex& count,
                          double* values) const {
  read_block(name, offset, count, values);
}

std::vector<ContentHash> SnapshotReader::verify(std::uint64_t first, std::uint64_t stride) const {
  std::vector<ContentHash> hashes;
  for (const Dataset& dataset : datasets_) {
    hdf5::ChunkReader reader(dataset);
    ContentHash& hash = hashes.emplace_back();
    for (std::uint64_t number = first; number < dataset.hashes.size(); number += stride) {
      reader.read(number);
      const std::uint64_t chunk = reader.hash();
      hash.add(number, &chunk, sizeof chunk);
    }
  }
  return hashes;
}

std::vector<DatasetHash> verify_snapshot(const Communicator& ranks, const fs::path& path) {
  std::vector<DatasetHash> datasets;
  std::vector<std::int64_t> sums;
  agree(ranks, [&] {
    const SnapshotReader reader(ranks, path);
    const auto own = reader.verify(static_cast<std::uint64_t>(ranks.rank()), static_cast<std::uint64_t>(ranks.size()));
    for (const auto& hash : own)
      sums.push_back(static_cast<std::int64_t>(hash.sum()));
    for (const auto& field : reader.fields())
      datasets.push_back({fmt::format("/data/{}/fields/{}", reader.info().step, field.name), ""});
  });
  ranks.sum(sums.data(), static_cast<int>(sums.size()));
  for (std::size_t n = 0; n < datasets.size(); ++n)
    datasets[n].hash = hash_text(static_cast<std::uint64_t>(sums[n]));
  return datasets;
}

std::vector<DatasetHash> verify_structure(const Communicator& ranks, const fs::path& path) {
  std::vector<DatasetHash> datasets;
  agree_on_root(ranks, [&] {
    const SnapshotReader reader(ranks, path);
    for (const Dataset& dataset : reader.datasets_) {
      ContentHash hash;
      for (std::uint64_t number = 0; number < dataset.hashes.size(); ++number)
        hash.add(number, &dataset.hashes[number], sizeof dataset.hashes[number]);
      datasets.push_back({dataset.object.name, hash_text(hash.sum())});
    }
  });
  datasets.resize(static_cast<std::size_t>(ranks.broadcast(static_cast<std::int64_t>(datasets.size()))));
  for (DatasetHash& dataset : datasets)
    dataset = {ranks.broadcast(dataset.path), ranks.broadcast(dataset.hash)};
  return datasets;
}

}  // namespace tarn::io
