#include "tarn/apps/plot/block.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "tarn/apps/plot/words.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/hdf5/any_dataset.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/hdf5/seal.hpp"
#include "tarn/io/store/dataset_file.hpp"

namespace tarn::plot {

namespace {

namespace hdf5 = io::hdf5;

constexpr std::string_view member_fields = "/t0_fields/";

bool is_member_field(const std::string& path) {
  return path.starts_with(member_fields);
}

bool is_field(const std::string& path) {
  return path.rfind("/data/", 0) == 0 && path.find("/fields/") != std::string::npos;
}

/// "u" of "/data/10/fields/u"; of a dataset that is no field the path without its first "/".
std::string name_of(const std::string& path) {
  return is_field(path) || is_member_field(path) ? path.substr(path.rfind('/') + 1) : path.substr(1);
}

void check(const Snapshot& snapshot) {
  if (snapshot.sealed) hdf5::check_seal(snapshot.file);
}

/// The fields of a snapshot; all datasets of any other file.
std::vector<io::DatasetDescription> datasets_in(const Snapshot& snapshot) {
  check(snapshot);
  auto datasets = io::describe_datasets(snapshot.file);
  if (snapshot.place) {
    std::erase_if(datasets,
                  [](const auto& dataset) { return !is_member_field(dataset.path) || dataset.shape.size() < 2; });
    for (auto& dataset : datasets)
      dataset.shape.erase(dataset.shape.begin(), dataset.shape.begin() + 2);  // of one member at one time
  }
  const bool fields = std::any_of(datasets.begin(), datasets.end(), [](const auto& d) { return is_field(d.path); });
  if (fields) std::erase_if(datasets, [](const auto& dataset) { return !is_field(dataset.path); });
  if (datasets.empty()) throw io::Missing(snapshot.file, "holds no datasets of numbers");
  return datasets;
}

template <class Number>
void append(const void* values, std::size_t bytes, std::vector<double>& to) {
  const std::size_t count = bytes / sizeof(Number);
  for (std::size_t n = 0; n < count; ++n) {
    Number number;
    std::memcpy(&number, static_cast<const char*>(values) + n * sizeof(Number), sizeof(Number));
    to.push_back(static_cast<double>(number));
  }
}

/// IEEE 754 binary16.
void append_halves(const void* values, std::size_t bytes, std::vector<double>& to) {
  std::vector<double> bits;
  append<std::uint16_t>(values, bytes, bits);
  for (const double each : bits) {
    const auto half = static_cast<std::uint16_t>(each);
    const int exponent = half >> 10 & 31, fraction = half & 1023;
    double value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    if (exponent == 31) value = fraction == 0 ? HUGE_VAL : std::nan("");
    to.push_back((half >> 15) == 1 ? -value : value);
  }
}

template <class Real>
void append_magnitudes(const void* values, std::size_t bytes, std::vector<double>& to) {
  std::vector<double> parts;
  append<Real>(values, bytes, parts);
  for (std::size_t n = 0; n + 1 < parts.size(); n += 2)
    to.push_back(std::hypot(parts[n], parts[n + 1]));
}

void append_as(io::DatasetType type, const void* values, std::size_t bytes, std::vector<double>& to) {
  using io::DatasetType;
  switch (type) {
    case DatasetType::int8:
      return append<std::int8_t>(values, bytes, to);
    case DatasetType::bool8:
    case DatasetType::uint8:
      return append<std::uint8_t>(values, bytes, to);
    case DatasetType::int16:
      return append<std::int16_t>(values, bytes, to);
    case DatasetType::uint16:
      return append<std::uint16_t>(values, bytes, to);
    case DatasetType::int32:
      return append<std::int32_t>(values, bytes, to);
    case DatasetType::uint32:
      return append<std::uint32_t>(values, bytes, to);
    case DatasetType::int64:
      return append<std::int64_t>(values, bytes, to);
    case DatasetType::uint64:
      return append<std::uint64_t>(values, bytes, to);
    case DatasetType::float16:
      return append_halves(values, bytes, to);
    case DatasetType::float32:
      return append<float>(values, bytes, to);
    case DatasetType::float64:
      return append<double>(values, bytes, to);
    case DatasetType::complex64:
      return append_magnitudes<float>(values, bytes, to);
    case DatasetType::complex128:
      return append_magnitudes<double>(values, bytes, to);
  }
}

/// Places, time and unit, where the file is a snapshot.
void read_places(const Snapshot& snapshot, const std::string& path, Block& block) {
  const auto root = hdf5::open_file(snapshot.file);
  const auto data = hdf5::open_group(root, "data");
  const auto step = hdf5::open_group(data, path.substr(6, path.find('/', 6) - 6));
  const auto fields = hdf5::open_group(step, "fields");
  block.step = hdf5::read_int(step, "step");
  block.time = hdf5::read_double(step, "time");
  const auto count = static_cast<std::size_t>(block.mesh.dimensions);
  const auto lower = hdf5::read_doubles(fields, "lower", count), spacing = hdf5::read_doubles(fields, "spacing", count);
  std::copy(lower.begin(), lower.end(), block.mesh.lower.begin());
  std::copy(spacing.begin(), spacing.end(), block.mesh.spacing.begin());
  block.unit = hdf5::read_text(hdf5::open_any_dataset(root, path).object, "unit");
  block.mesh.placed = true;
}

/// Why no picture can show a dataset; empty: one can.
std::string refusal_of(const Snapshot& snapshot, const io::DatasetDescription& dataset) {
  const auto& shape = dataset.shape;
  const auto name = io::printable(name_of(dataset.path));
  if (shape.size() > 3)
    return fmt::format("{}: {} has {} axes; up to three can be shown", io::path_text(snapshot.file), name,
                       shape.size());
  if (std::find(shape.begin(), shape.end(), 0U) != shape.end())
    return fmt::format("{}: {} is empty", io::path_text(snapshot.file), name);
  return {};
}

Mesh mesh_of(const Snapshot& snapshot, const io::DatasetDescription& dataset) {
  if (const auto refusal = refusal_of(snapshot, dataset); !refusal.empty()) throw UsageError(refusal);
  const auto& shape = dataset.shape;
  Mesh mesh;
  mesh.dimensions = std::max(1, static_cast<int>(shape.size()));
  for (std::size_t n = 0; n < shape.size(); ++n)
    mesh.cells[shape.size() - 1 - n] = static_cast<std::int64_t>(shape[n]);
  mesh.lower = {-0.5, -0.5, -0.5};  // the cells' middles are their numbers, from 0
  return mesh;
}

/// A field of one member at one time, with the places that the file has for all.
Block read_of_member(const Snapshot& snapshot, const io::DatasetDescription& dataset) {
  const auto& [member, number] = *snapshot.place;
  Block block{name_of(dataset.path), {}, mesh_of(snapshot, dataset), {}, snapshot.step, snapshot.time};
  const auto root = hdf5::open_file(snapshot.file);
  const auto opened = hdf5::open_any_dataset(root, dataset.path);
  hdf5::Box box{hdf5::Extents(opened.dims.size(), 0), opened.dims};
  box.offset[0] = member;
  box.offset[1] = number;
  box.count[0] = box.count[1] = 1;
  block.values.resize(box.size());
  hdf5::read_any(opened, box, hdf5::NumberType::float64, block.values.data());
  try {
    block.unit = hdf5::read_text(opened.object, "unit");
  } catch (const io::Missing&) {  // it has none
  }
  for (int axis = 0; axis < block.mesh.dimensions; ++axis) {
    const auto places = hdf5::open_any_dataset(root, std::string("/dimensions/") + "xyz"[axis]);
    const auto cells = static_cast<std::uint64_t>(block.mesh.cells[axis]);
    if (places.dims != hdf5::Extents{cells})
      throw io::Corrupt(snapshot.file, places.object.name + " has not a place for each cell");
    std::vector<double> centres(cells);
    hdf5::read_any(places, {{0}, places.dims}, hdf5::NumberType::float64, centres.data());
    const double spacing = cells > 1 ? (centres.back() - centres.front()) / static_cast<double>(cells - 1) : 1;
    block.mesh.spacing[axis] = spacing;
    block.mesh.lower[axis] = centres.front() - spacing / 2;
  }
  block.mesh.placed = true;
  block.notes.push_back(fmt::format("member {}", member));
  block.tags.push_back(fmt::format("member{}", member));
  return block;
}

Block read(const Snapshot& snapshot, const io::DatasetDescription& dataset) {
  if (snapshot.place) return read_of_member(snapshot, dataset);
  Block block{name_of(dataset.path), {}, mesh_of(snapshot, dataset), {}, snapshot.step, snapshot.time};
  io::read_dataset(snapshot.file, dataset.path, [&](std::uint64_t, const void* values, std::size_t bytes) {
    append_as(dataset.type, values, bytes, block.values);
  });
  if (is_field(dataset.path)) read_places(snapshot, dataset.path, block);
  return block;
}

/// The vectors among names of fields: "v" of v_x and v_y, and of v_z where there is one.
std::vector<std::string> vectors_among(const std::vector<std::string>& names) {
  std::vector<std::string> vectors;
  const auto has = [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  for (const auto& name : names) {
    if (!name.ends_with("_x")) continue;
    const std::string base = name.substr(0, name.size() - 2);
    if (has(base + "_y") && !has(base)) vectors.push_back(base);
  }
  return vectors;
}

Block magnitude_of(const std::vector<Block>& components, const std::string& name) {
  Block block = components.front();
  block.name = name;
  for (auto& value : block.values)
    value = std::abs(value);
  for (std::size_t n = 1; n < components.size(); ++n) {
    for (std::size_t cell = 0; cell < block.values.size(); ++cell)
      block.values[cell] = std::hypot(block.values[cell], components[n].values[cell]);
  }
  return block;
}

}  // namespace

double Mesh::upper(int axis) const {
  return lower[axis] + static_cast<double>(cells[axis]) * spacing[axis];
}

double Mesh::centre(int axis, std::int64_t cell) const {
  return lower[axis] + (static_cast<double>(cell) + 0.5) * spacing[axis];
}

std::vector<int> Block::axes() const {
  std::vector<int> found;
  for (int axis = 0; axis < 3; ++axis) {
    if (mesh.cells[axis] > 1) found.push_back(axis);
  }
  if (found.empty()) found.push_back(0);
  return found;
}

FieldNames names_in(const Snapshot& snapshot) {
  FieldNames names;
  for (const auto& dataset : datasets_in(snapshot)) {
    names.fields.push_back(name_of(dataset.path));
    names.refusals.push_back(refusal_of(snapshot, dataset));
  }
  names.vectors = vectors_among(names.fields);
  return names;
}

Block read_field(const Snapshot& snapshot, const std::string& name) {
  const auto datasets = datasets_in(snapshot);
  const auto found = std::find_if(datasets.begin(), datasets.end(), [&](const auto& dataset) {
    return name_of(dataset.path) == name || dataset.path == name;
  });
  if (found != datasets.end()) return read(snapshot, *found);
  std::vector<std::string> known;
  for (const auto& dataset : datasets)
    known.push_back(name_of(dataset.path));
  const auto vectors = vectors_among(known);
  if (std::find(vectors.begin(), vectors.end(), name) != vectors.end())
    return magnitude_of(read_vector(snapshot, name), name);
  known.insert(known.end(), vectors.begin(), vectors.end());
  throw UsageError(unknown_text("field", name, snapshot.file, known));
}

std::vector<Block> read_vector(const Snapshot& snapshot, const std::string& name) {
  std::vector<Block> components;
  const auto names = names_in(snapshot);
  for (const char* axis : {"_x", "_y", "_z"}) {
    const bool there = std::find(names.fields.begin(), names.fields.end(), name + axis) != names.fields.end();
    if (there) components.push_back(read_field(snapshot, name + axis));
  }
  return components;
}

std::string deck_in(const Snapshot& snapshot) {
  if (!snapshot.sealed) return {};
  check(snapshot);
  return hdf5::read_long_text(hdf5::open_file(snapshot.file), "deck");
}

}  // namespace tarn::plot
