#pragma once

#include <string>
#include <vector>

#include "tarn/io/hdf5/dataset.hpp"
#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::io {

// What a snapshot's file consists of beside the values of its fields. It is three formats at once: openPMD 1.1, VTKHDF
// ImageData, and plain HDF5 with dimension scales at the root. docs/files.md shows it as its readers see it. In files
// of tarn 0.1 the names of the fields at the root were hard links to them, and the scales were attached to the fields
// themselves; these files are read as ever, for the root's names and the scales are there for other programs.

/// The schema_version of the files that this tarn writes, and of the oldest that it reads. Since version 3 a file tells
/// what its steps are counted from; version 4 is that of files with tallies.
constexpr std::int64_t snapshot_schema = 4, oldest_snapshot_schema = 2;
/// The version that a file with this information has: the oldest that can tell it.
std::int64_t schema_of(const SnapshotInfo& info);

/// A dataset that has been created and still needs its chunks.
struct OpenField {
  hdf5::Dataset dataset;
  FieldEntry entry;
};

/// The groups, attributes and datasets of a file, not yet filled.
struct OpenStructure {
  std::vector<OpenField> fields;
  std::vector<hdf5::Dataset> axes;  ///< coordinates of the cells' centres: x, y, z
};

/// @param file_name  of the file in the end, for openPMD's iterationFormat
/// @throws Io
OpenStructure write_structure(const hdf5::Object& root, const std::string& file_name, const SnapshotInfo& info,
                              const GridBlock& grid, const std::vector<FieldData>& fields,
                              hdf5::Compression compression);

/// Adds the hashes of the fields' chunks and the digest over everything.
/// @param hashes  of each field, in their order
/// @throws Io
void write_hashes(const hdf5::Object& root, const SnapshotInfo& info, const GridBlock& grid,
                  const OpenStructure& structure, const std::vector<std::vector<std::uint64_t>>& hashes);

/// How the fields and the axes of a grid are stored.
hdf5::DatasetLayout field_layout(const GridBlock& grid, hdf5::Element element, hdf5::Compression compression);
hdf5::DatasetLayout axis_layout(const GridBlock& grid, int axis);

/// The centre of a cell along an axis [length].
double cell_center(const GridBlock& grid, int axis, std::int64_t cell);

/// What the values of a field are stored as.
hdf5::Element element_of(const FieldData& field);

/// The /VTKHDF group: see vtkhdf.cpp.
void write_vtkhdf(const hdf5::Object& root, const GridBlock& grid, const std::vector<OpenField>& fields);

}  // namespace tarn::io
