#include "tarn/io/snapshot/structure.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <hdf5_hl.h>

#include "tarn/io/files/sha256.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/snapshot/digest.hpp"
#include "tarn/io/snapshot/layout.hpp"
#include "tarn/io/snapshot/unit_dimension.hpp"

namespace tarn::io {

using hdf5::Dataset;
using hdf5::DatasetLayout;
using hdf5::Doing;
using hdf5::Element;
using hdf5::Extents;
using hdf5::Hid;
using hdf5::Object;

namespace {

template <class Number>
std::vector<Number> used(const std::array<Number, 3>& values, const GridBlock& grid) {
  return {values.begin(), values.begin() + grid.dimensions};
}

template <class Value>
std::vector<Value> reversed(std::vector<Value> values) {
  std::reverse(values.begin(), values.end());
  return values;
}

/// The file name with %T for the step, as openPMD writes it; "%010T" where the step has its ten digits.
std::string name_pattern(const std::string& file_name, std::int64_t step) {
  for (const auto& [digits, mark] :
       {std::pair{fmt::format("{:010}", step), "%010T"}, {fmt::format("{}", step), "%T"}}) {
    const auto at = file_name.rfind(digits);
    if (at != std::string::npos) return file_name.substr(0, at) + mark + file_name.substr(at + digits.size());
  }
  return "%T.h5";
}

void write_openpmd_root(const Object& root, const std::string& file_name, const SnapshotInfo& info) {
  write_attribute(root, "openPMD", std::string("1.1.0"));
  write_attribute(root, "openPMDextension", std::uint32_t{0});
  write_attribute(root, "basePath", std::string("/data/%T/"));
  write_attribute(root, "meshesPath", std::string("fields/"));
  write_attribute(root, "iterationEncoding", std::string("fileBased"));
  write_attribute(root, "iterationFormat", name_pattern(file_name, info.step));
  write_attribute(root, "software", std::string("tarn"));
  write_attribute(root, "softwareVersion", info.tarn_version);
}

void write_root(const Object& root, const SnapshotInfo& info, const GridBlock& grid) {
  write_attribute(root, "schema_version", schema_of(info));
  write_attribute(root, "app", info.app);
  write_attribute(root, "run_name", info.run_name);
  write_attribute(root, "precision", info.precision);
  write_attribute(root, "seed", info.seed);
  write_attribute(root, "ranks", std::int64_t{info.ranks});
  write_attribute(root, "dimensions", std::int64_t{grid.dimensions});
  write_attribute(root, "step", info.step);
  write_attribute(root, "time", info.time);
  write_long_text(root, "deck", info.deck);
  write_attribute(root, "deck_sha256", sha256(info.deck));
  write_provenance(root, info.provenance);
}

/// In x, y, z order, unlike the attributes of the datasets, which follow the order of their axes.
void write_grid(const Object& fields_group, const GridBlock& grid) {
  write_attribute(fields_group, "cells", used(grid.cells, grid));
  write_attribute(fields_group, "lower", used(grid.lower, grid));
  write_attribute(fields_group, "spacing", used(grid.spacing, grid));
}

std::vector<std::string> axis_names(const GridBlock& grid) {
  const std::vector<std::string> names{"x", "y", "z"};
  return {names.begin(), names.begin() + grid.dimensions};
}

void write_mesh_attributes(const Object& object, const GridBlock& grid, const std::string& unit) {
  write_attribute(object, "geometry", std::string("cartesian"));
  write_attribute(object, "dataOrder", std::string("C"));
  write_attribute(object, "axisLabels", reversed(axis_names(grid)));
  write_attribute(object, "gridSpacing", reversed(used(grid.spacing, grid)));
  write_attribute(object, "gridGlobalOffset", reversed(used(grid.lower, grid)));
  write_attribute(object, "gridUnitSI", 1.0);
  write_attribute(object, "unitDimension", unit_dimension(unit));
  write_attribute(object, "timeOffset", 0.0);
  write_attribute(object, "unitSI", 1.0);
  write_attribute(object, "position", std::vector<double>(static_cast<std::size_t>(grid.dimensions), 0.5));
  write_attribute(object, "unit", unit);
  write_attribute(object, "units", unit);
}

/// Dimension scales at the root, named x, y and z.
std::vector<Dataset> create_axes(const Object& root, const GridBlock& grid) {
  std::vector<Dataset> axes;
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    const std::string name = axis_names(grid)[static_cast<std::size_t>(axis)];
    axes.push_back(create_dataset(root, name, axis_layout(grid, axis)));
    checked(Doing::writing, root.file, "make a dimension scale of " + name,
            [&] { return H5DSset_scale(axes.back().object.id.get(), name.c_str()); });
  }
  return axes;
}

/// An array of the grid's shape without values of its own, which shows those of a field.
Object create_view(const Object& root, const Dataset& field, const std::string& name) {
  const DatasetLayout& layout = field.layout;
  const Hid space(H5Screate_simple(static_cast<int>(layout.dims.size()), layout.dims.data(), nullptr), H5Sclose);
  const Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose), type(H5Dget_type(field.object.id.get()), H5Tclose);
  H5Pset_obj_track_times(creation.get(), false);
  H5Pset_attr_phase_change(creation.get(), hdf5::attributes_in_header, 0);
  checked(Doing::writing, root.file, "show " + name,
          [&] { return H5Pset_virtual(creation.get(), space.get(), ".", field.object.name.c_str(), space.get()); });
  const hid_t id = checked(Doing::writing, root.file, "show " + name, [&] {
    return H5Dcreate2(root.id.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT);
  });
  return {Hid(id, H5Dclose), root.file, hdf5::join(root.name, name)};
}

/// The field under its own name at the root too, beside its axes: what opens the root alone sees both. The axes are
/// attached to this view and not to the field itself: HDF5 attaches them by an attribute of references, and openPMD-api
/// passes over a mesh that has an attribute of a type that openPMD does not know.
void show_at_root(const Object& root, const Dataset& field, const FieldData& about, const std::vector<Dataset>& axes) {
  const std::vector<std::string> taken{"x", "y", "z", "data", "tarn", "VTKHDF"};
  if (std::find(taken.begin(), taken.end(), about.name) != taken.end()) return;
  const Object view = create_view(root, field, about.name);
  write_attribute(view, "unit", about.unit);
  write_attribute(view, "units", about.unit);  // what xarray and the CF conventions call it
  for (std::size_t n = 0; n < axes.size(); ++n) {
    checked(Doing::writing, root.file, "attach a dimension scale to " + view.name, [&] {
      return H5DSattach_scale(view.id.get(), axes[n].object.id.get(), static_cast<unsigned>(axes.size() - 1 - n));
    });
  }
}

/// Numbers along one dimension.
DatasetLayout line_layout(Element element, hsize_t length) {
  DatasetLayout layout{element, {length}, {}, hdf5::Compression::none};
  layout.chunk = chunk_shape(layout.dims, bytes_of(element));
  return layout;
}

}  // namespace

Element element_of(const FieldData& field) {
  return std::holds_alternative<const float*>(field.values) ? Element::float32 : Element::float64;
}

std::int64_t schema_of(const SnapshotInfo& info) {
  return info.tallies.empty() ? 3 : 4;
}

DatasetLayout field_layout(const GridBlock& grid, Element element, hdf5::Compression compression) {
  const Extents dims = dataset_dims(grid);
  return {element, dims, chunk_shape(dims, bytes_of(element)), compression};
}

DatasetLayout axis_layout(const GridBlock& grid, int axis) {
  return line_layout(Element::float64, static_cast<hsize_t>(grid.cells[static_cast<std::size_t>(axis)]));
}

double cell_center(const GridBlock& grid, int axis, std::int64_t cell) {
  const auto n = static_cast<std::size_t>(axis);
  return grid.lower[n] + (static_cast<double>(cell) + 0.5) * grid.spacing[n];
}

OpenStructure write_structure(const Object& root, const std::string& file_name, const SnapshotInfo& info,
                              const GridBlock& grid, const std::vector<FieldData>& fields,
                              hdf5::Compression compression) {
  write_openpmd_root(root, file_name, info);
  write_root(root, info, grid);
  const Object data = create_group(root, "data");
  const Object iteration = create_group(data, fmt::format("{}", info.step));
  write_attribute(iteration, "step", info.step);
  write_attribute(iteration, "time", info.time);
  write_attribute(iteration, "dt", info.dt);
  write_attribute(iteration, "counted_from", info.counted_from);
  write_attribute(iteration, "counted_steps", info.counted_steps);
  if (!info.tallies.empty()) write_attribute(iteration, "tallies", info.tallies);
  write_attribute(iteration, "timeUnitSI", 1.0);
  const Object fields_group = create_group(iteration, "fields");
  write_grid(fields_group, grid);

  OpenStructure structure;
  structure.axes = create_axes(root, grid);
  for (const auto& field : fields) {
    const Element element = element_of(field);
    Dataset dataset = create_dataset(fields_group, field.name, field_layout(grid, element, compression));
    write_mesh_attributes(dataset.object, grid, field.unit);
    show_at_root(root, dataset, field, structure.axes);
    structure.fields.push_back({std::move(dataset), {field.name, field.unit, element}});
  }
  write_vtkhdf(root, grid, structure.fields);
  return structure;
}

void write_hashes(const Object& root, const SnapshotInfo& info, const GridBlock& grid, const OpenStructure& structure,
                  const std::vector<std::vector<std::uint64_t>>& hashes) {
  const Object tarn = create_group(root, "tarn");
  const Object group = create_group(tarn, "chunk_hashes");
  std::vector<FieldContent> contents;
  for (std::size_t n = 0; n < structure.fields.size(); ++n) {
    const OpenField& field = structure.fields[n];
    write_all(create_dataset(group, field.entry.name, line_layout(Element::uint64, hashes[n].size())),
              hashes[n].data());
    contents.push_back({field.entry, field.dataset.layout.dims, hashes[n]});
  }
  write_attribute(root, "content_sha256", content_digest(schema_of(info), info, grid, std::move(contents)));
}

}  // namespace tarn::io
