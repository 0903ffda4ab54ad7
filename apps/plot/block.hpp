#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tarn/apps/plot/source.hpp"

namespace tarn::plot {

/// Where the cells of a field lie.
struct Mesh {
  int dimensions = 1;                          ///< axes that the field has
  std::array<std::int64_t, 3> cells{1, 1, 1};  ///< x, y, z
  std::array<double, 3> lower{0, 0, 0};        ///< where the first cell begins [length]
  std::array<double, 3> spacing{1, 1, 1};      ///< [length]
  bool placed = false;  ///< whether the file tells places and a time; else cells stand at their numbers

  double upper(int axis) const;                      ///< where the last cell ends
  double centre(int axis, std::int64_t cell) const;  ///< of a cell
};

/// A field as it is shown, or what is left of it after cuts and averages.
struct Block {
  std::string name, unit;
  Mesh mesh;
  std::vector<double> values;  ///< x fastest
  std::int64_t step = 0;
  double time = 0;
  std::vector<std::string> notes = {};  ///< what was done to it, such as "y = 0.5"
  std::vector<std::string> tags = {};   ///< the same for the names of files, such as "y0.5"

  /// The axes along which there is more than one cell; x where there is none.
  std::vector<int> axes() const;
};

/// The names of the fields of a snapshot, or of the datasets of another file. Of components such as velocity_x and
/// velocity_y the vector's name follows: its field is their magnitude.
struct FieldNames {
  std::vector<std::string> fields;
  std::vector<std::string> vectors;
  std::vector<std::string> refusals;  ///< of each field, why no picture can show it; empty: one can
};

/// @throws Io, Truncated, Corrupt
FieldNames names_in(const Snapshot& snapshot);

/// Reads a field, the magnitude of a vector, or a dataset; of complex numbers the magnitude.
/// @throws UsageError for a name that is not there, with the nearest, and for a shape that cannot be shown; Io,
///   Truncated, Corrupt
Block read_field(const Snapshot& snapshot, const std::string& name);

/// A vector's components along the mesh's axes.
std::vector<Block> read_vector(const Snapshot& snapshot, const std::string& name);

/// The deck that is stored in a snapshot; empty where there is none.
std::string deck_in(const Snapshot& snapshot);

}  // namespace tarn::plot
