#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/snapshot/layout.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/pending_file.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

using hdf5::Box;
using hdf5::Dataset;
using hdf5::Element;
using hdf5::Extents;
using hdf5::Object;

namespace {

/// MPI-IO calls of 1 GiB and more are broken in several MPI libraries.
constexpr std::uint64_t most_bytes_per_call = std::uint64_t{512} << 20;

Element element_of(const FieldData& field) {
  return std::holds_alternative<const float*>(field.values) ? Element::float32 : Element::float64;
}

const void* values_of(const FieldData& field) {
  return std::visit([](const auto* values) -> const void* { return values; }, field.values);
}

std::int64_t block_size(const GridBlock& grid) {
  return grid.count[0] * grid.count[1] * grid.count[2];
}

void require_names(const std::vector<FieldData>& fields) {
  const std::string allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  std::set<std::string> seen;
  for (const auto& field : fields) {
    if (field.name.empty() || field.name.find_first_not_of(allowed) != std::string::npos) {
      throw UsageError(fmt::format("field name \"{}\": allowed are A-Z a-z 0-9 _", field.name));
    }
    if (!seen.insert(field.name).second) throw UsageError(fmt::format("two fields are named \"{}\"", field.name));
  }
}

void require_block(const GridBlock& grid) {
  if (grid.dimensions < 1 || grid.dimensions > 3) {
    throw ShapeMismatch(fmt::format("a grid of {} dimensions; 1, 2 or 3 are possible", grid.dimensions));
  }
  for (int axis = 0; axis < 3; ++axis) {
    const auto cells = grid.cells[axis];
    const bool used = axis < grid.dimensions;
    const bool inside = grid.offset[axis] >= 0 && grid.count[axis] >= 0 && grid.offset[axis] <= cells &&
                        grid.count[axis] <= cells - grid.offset[axis];
    if (cells >= 1 && inside && (used || cells == 1)) continue;
    throw ShapeMismatch(fmt::format("{} cells along {}, a block of {} from {}, {} dimension(s)", cells, "xyz"[axis],
                                    grid.count[axis], grid.offset[axis], grid.dimensions));
  }
}

void require_input(const Communicator& ranks, const SnapshotInfo& info, const GridBlock& grid,
                   const std::vector<FieldData>& fields) {
  agree(ranks, [&] {
    require_names(fields);
    require_block(grid);
    require(info.step >= 0, "a snapshot's step is 0 or more");
    for (const auto& field : fields) {
      require(block_size(grid) == 0 || values_of(field) != nullptr, "field " + field.name + " has no values");
    }
  });
  const std::int64_t covered = ranks.sum(block_size(grid));
  const std::int64_t cells = grid.cells[0] * grid.cells[1] * grid.cells[2];
  if (covered != cells) {
    throw ShapeMismatch(fmt::format("the blocks of all ranks have {} cells, the domain {}", covered, cells));
  }
}

/// An upper bound of the file's size [bytes].
std::uint64_t size_bound(const SnapshotInfo& info, const GridBlock& grid, const std::vector<FieldData>& fields) {
  constexpr std::uint64_t header = 64 << 10;
  constexpr std::uint64_t per_field = 8 << 10;
  constexpr std::uint64_t per_chunk = 64;  // its checksum and its entry in the index
  std::uint64_t bound = header + 2 * info.deck.size();
  for (const auto& field : fields) {
    const std::size_t element = bytes_of(element_of(field));
    const Extents chunk = chunk_shape(dataset_dims(grid), element);
    const hsize_t chunks = Box{{}, chunk_counts(dataset_dims(grid), chunk)}.size();
    bound += per_field + chunks * (Box{{}, chunk}.size() * element + per_chunk);
  }
  return bound;
}

void write_root(const Object& root, const SnapshotInfo& info, const GridBlock& grid) {
  write_attribute(root, "schema_version", std::int64_t{1});
  write_attribute(root, "software", std::string("tarn"));
  write_attribute(root, "softwareVersion", info.tarn_version);
  write_attribute(root, "app", info.app);
  write_attribute(root, "run_name", info.run_name);
  write_attribute(root, "precision", info.precision);
  write_attribute(root, "seed", info.seed);
  write_attribute(root, "ranks", std::int64_t{info.ranks});
  write_attribute(root, "dimensions", std::int64_t{grid.dimensions});
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  write_attribute(root, "hdf5_version", fmt::format("{}.{}.{}", major, minor, release));
  write_attribute(root, "deck", info.deck);
}

template <class Number>
std::vector<Number> used(const std::array<Number, 3>& values, const GridBlock& grid) {
  return {values.begin(), values.begin() + grid.dimensions};
}

template <class Value>
std::vector<Value> reversed(std::vector<Value> values) {
  std::reverse(values.begin(), values.end());
  return values;
}

/// In x, y, z order, unlike the attributes of the datasets, which follow the order of their axes.
void write_grid(const Object& fields_group, const GridBlock& grid) {
  write_attribute(fields_group, "cells", used(grid.cells, grid));
  write_attribute(fields_group, "lower", used(grid.lower, grid));
  write_attribute(fields_group, "spacing", used(grid.spacing, grid));
}

Dataset create_field(const Object& fields_group, const GridBlock& grid, const FieldData& field) {
  const Extents dims = dataset_dims(grid);
  const Element element = element_of(field);
  Dataset dataset = create_dataset(fields_group, field.name, element, dims, chunk_shape(dims, bytes_of(element)));
  const std::vector<std::string> axes{"x", "y", "z"};
  const Object& object = dataset.object;
  write_attribute(object, "axisLabels",
                  reversed(std::vector<std::string>(axes.begin(), axes.begin() + grid.dimensions)));
  write_attribute(object, "gridSpacing", reversed(used(grid.spacing, grid)));
  write_attribute(object, "gridGlobalOffset", reversed(used(grid.lower, grid)));
  write_attribute(object, "position", std::vector<double>(static_cast<std::size_t>(grid.dimensions), 0.5));
  write_attribute(object, "unitSI", 1.0);
  write_attribute(object, "unit", field.unit);
  return dataset;
}

/// The file's groups, attributes and datasets without values.
std::vector<Dataset> write_structure(const Object& file, const SnapshotInfo& info, const GridBlock& grid,
                                     const std::vector<FieldData>& fields) {
  write_root(file, info, grid);
  const Object data = create_group(file, "data");
  const Object iteration = create_group(data, fmt::format("{}", info.step));
  write_attribute(iteration, "step", info.step);
  write_attribute(iteration, "time", info.time);
  write_attribute(iteration, "dt", info.dt);
  write_attribute(iteration, "timeUnitSI", 1.0);
  const Object fields_group = create_group(iteration, "fields");
  write_grid(fields_group, grid);
  std::vector<Dataset> datasets;
  for (const auto& field : fields)
    datasets.push_back(create_field(fields_group, grid, field));
  return datasets;
}

/// Ranks agree after every call, so that no rank goes on alone into a collective call of HDF5.
void write_values(const Communicator& ranks, const Dataset& dataset, const Box& block, const void* values) {
  Extents touched = chunks_touched(block, dataset.chunk);
  for (auto& count : touched)
    count = static_cast<hsize_t>(ranks.max(static_cast<std::int64_t>(count)));
  const auto rounds =
      write_rounds(dataset.dims, dataset.chunk, touched, bytes_of(dataset.element), most_bytes_per_call);
  for (const Box& round : rounds) {
    agree(ranks, [&] { write_part(dataset, block, intersection(block, round), values); });
  }
}

void write_file(const Communicator& ranks, const PendingFile& pending, const SnapshotInfo& info, const GridBlock& grid,
                const std::vector<FieldData>& fields) {
  Object file;
  agree(ranks, [&] { file = hdf5::create_file(ranks, pending.path()); });
  pending.reserve();
  {
    std::vector<Dataset> datasets;
    agree(ranks, [&] { datasets = write_structure(file, info, grid, fields); });
    const Box block = dataset_box(grid);
    for (std::size_t n = 0; n < fields.size(); ++n)
      write_values(ranks, datasets[n], block, values_of(fields[n]));
  }
  agree(ranks, [&] { hdf5::close_file(file); });
}

}  // namespace

void write_snapshot(const Communicator& ranks, const RunDirectory& run, const fs::path& relative,
                    const SnapshotInfo& info, const GridBlock& grid, const std::vector<FieldData>& fields,
                    const std::string& kind) {
  require_input(ranks, info, grid, fields);
  PendingFile pending(ranks, run, relative, size_bound(info, grid, fields));
  write_file(ranks, pending, info, grid, fields);
  pending.sync();
  ManifestEntry entry;
  entry.kind = kind;
  entry.step = info.step;
  entry.time = info.time;
  pending.commit(entry, [&](const fs::path& file) { return verify_snapshot(ranks, file); });
}

}  // namespace tarn::io
