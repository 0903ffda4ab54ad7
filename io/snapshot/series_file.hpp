#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tarn/io/hdf5/hid.hpp"
#include "tarn/io/hdf5/number_type.hpp"

namespace tarn::io {

/// What stands in a file of a series of snapshots of many runs.
struct SeriesDescription {
  /// One axis of the members' grid.
  struct Axis {
    std::string name;             ///< "x"
    std::vector<double> centres;  ///< of the cells [length]
    std::string kinds;            ///< of its boundaries
  };
  /// A number that varies from member to member.
  struct Scalar {
    std::string name;            ///< its key
    std::vector<double> values;  ///< one for each member
  };
  /// A field of the series.
  struct FieldOf {
    std::string name, unit;  ///< as its snapshots have them
  };

  std::string name;                  ///< of the data set
  std::vector<std::string> members;  ///< their names
  std::vector<Axis> axes;            ///< slowest first, as the fields have them
  std::vector<double> times;         ///< of the snapshots
  std::vector<std::int64_t> steps;   ///< likewise
  std::vector<FieldOf> fields;       ///< of each snapshot
  bool single = false;               ///< whether numbers of fields have 32 bits
  bool deflate = false;              ///< whether they are compressed
  std::vector<Scalar> scalars;       ///< numbers that vary from member to member
  std::vector<std::string> decks;    ///< the text of each member's deck
};

/// Writes all snapshots of a series of many runs as one file with an axis that counts the runs, as data sets of
/// simulations for machine learning have it: The Well (R. Ohana et al., NeurIPS 2024). A field is the dataset
/// t0_fields/NAME of shape (members, snapshots, cells along the axes); a chunk is one snapshot of one member and has
/// a checksum. On this process alone.
class SeriesFile {
 public:
  /// @param path  an empty file
  /// @throws Io, NoSpace
  SeriesFile(const std::filesystem::path& path, const SeriesDescription& about);
  /// Writes one snapshot of one field of all members.
  /// @param values  (members, cells along the axes) in C order, 32 or 64 bits as the description says
  /// @throws Io, NoSpace
  void put(std::size_t field, std::size_t snapshot, const void* values) const;
  /// @throws Io, NoSpace
  void close();

 private:
  void write_dimensions(const SeriesDescription& about);
  void write_boundaries(const SeriesDescription& about);
  void write_scalars(const SeriesDescription& about);
  void write_decks(const SeriesDescription& about);
  void create_fields(const SeriesDescription& about);

  hdf5::Object file_;
  std::vector<hsize_t> shape_;  ///< of a field
  bool single_;
  std::vector<hdf5::Object> fields_;
};

}  // namespace tarn::io
