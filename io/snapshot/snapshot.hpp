#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/hdf5/dataset.hpp"
#include "tarn/io/snapshot/provenance.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::io {

/// What is asked for beside the values when a file of so many fields is written, until its size is known [bytes].
std::uint64_t room_for_structure(std::size_t fields, int axes);

/// One number per axis: x, y, z.
using CellIndex = std::array<std::int64_t, 3>;

/// The domain of a uniform grid and one block of it, such as this rank's. An axis beyond `dimensions` has one
/// cell.
struct GridBlock {
  int dimensions = 1;                      ///< 1, 2 or 3
  CellIndex cells{1, 1, 1};                ///< of the whole domain, >= 1
  CellIndex offset{0, 0, 0};               ///< the block's first cell
  CellIndex count{1, 1, 1};                ///< cells of the block; 0 along an axis for an empty block
  std::array<double, 3> lower{0, 0, 0};    ///< of the whole domain [length]
  std::array<double, 3> spacing{1, 1, 1};  ///< [length], > 0
};

/// One field of this rank's block.
struct FieldData {
  std::string name;  ///< [A-Za-z0-9_], as in the file
  std::string unit;  ///< text such as "K"; empty for none
  /// C order (k, j, i), contiguous host memory, no ghosts; may be null where the block is empty.
  std::variant<const float*, const double*> values;
};

/// Where a snapshot comes from.
struct SnapshotInfo {
  std::int64_t step = 0;  ///< >= 0
  double time = 0;        ///< of the problem
  double dt = 0;          ///< the step that led here [time]
  /// The time is that of so many fixed steps from here on; 0 and 0 where a file of an older tarn does not say.
  double counted_from = 0;
  std::int64_t counted_steps = 0;  ///< of fixed length, since counted_from
  /// Lines "name value" of numbers that a run sums up and no field holds; empty for none.
  std::string tallies;
  std::string deck;          ///< the whole text
  std::string app;           ///< its name
  std::string run_name;      ///< of the deck
  std::string precision;     ///< the deck's run.precision
  std::uint64_t seed = 0;    ///< run.seed
  int ranks = 1;             ///< that wrote it
  std::string tarn_version;  ///< that wrote it
  Provenance provenance;     ///< where and with what it was made
};

/// How a snapshot is stored.
struct SnapshotOptions {
  std::string kind = "snapshot";                            ///< for the manifest: "snapshot" or "checkpoint"
  hdf5::Compression compression = hdf5::Compression::none;  ///< of the fields
};

/// A field as a file holds it.
struct FieldEntry {
  std::string name;                                ///< of the field
  std::string unit;                                ///< empty: none
  hdf5::Element element = hdf5::Element::float64;  ///< in the file
};

/// Writes one immutable file: aside in tmp/, by all ranks together, every byte read back by the rank that wrote it,
/// synced, its structure opened and checked by rank 0, then renamed and recorded in the manifest. Collective.
///
/// The fields are the datasets /data/<step>/fields/<name> of the grid's dimension, C order, in the precision
/// that they have; docs/files.md tells what else is in a file. Rank 0 builds the structure in memory; every chunk is
/// assembled on one rank, which writes it to its place. On any failure the file is removed, every rank throws the same
/// error, and what stood at `relative` before is untouched.
/// @param relative  place in the run directory; for a file of that name see PendingFile::commit()
/// @param info, grid (but its block), names, units and types of the fields: the same on every rank
/// @throws ShapeMismatch if the blocks do not cover the domain, UsageError for a bad or double field name,
///   NoSpace, Io, Corrupt, Truncated, PathEscape
void write_snapshot(const Communicator& ranks, const RunDirectory& run, const std::filesystem::path& relative,
                    const SnapshotInfo& info, const GridBlock& grid, const std::vector<FieldData>& fields,
                    const SnapshotOptions& options);
/// The same with default options but the kind.
void write_snapshot(const Communicator& ranks, const RunDirectory& run, const std::filesystem::path& relative,
                    const SnapshotInfo& info, const GridBlock& grid, const std::vector<FieldData>& fields,
                    const std::string& kind = "snapshot");

/// Checks the seal, the header, and the checksum and hash of every chunk of a snapshot; each rank reads its share.
/// Collective.
/// @return the hashes of the fields, in alphabetical order; the same on any number of ranks
/// @throws Io, Truncated, Corrupt, Missing, TypeMismatch, FileShapeMismatch
std::vector<DatasetHash> verify_snapshot(const Communicator& ranks, const std::filesystem::path& path);

/// Checks the seal and the header of a snapshot that was just written, on rank 0. Collective.
/// @return the hashes that verify_snapshot() would find if no value has changed; the same on every rank
/// @throws as verify_snapshot() does
std::vector<DatasetHash> verify_structure(const Communicator& ranks, const std::filesystem::path& path);

/// An open snapshot. Every rank opens the file by itself, read only.
///
/// Nothing that the file says is believed: its seal is checked before HDF5 sees it, links and storage that lead out of
/// it are refused, sizes are compared with the file's before memory is taken, every chunk has its checksum and its
/// hash, and a digest over all that this class returns must be the one that was written. So what it returns was
/// written.
class SnapshotReader {
 public:
  /// Collective: if one rank cannot open the file, all throw.
  /// @param ranks  must outlive the reader
  /// @throws Io, Truncated, Corrupt, Missing, TypeMismatch, FileShapeMismatch, FilterMissing, SchemaTooNew
  static SnapshotReader open(const Communicator& ranks, const std::filesystem::path& path);

  const SnapshotInfo& info() const { return info_; }  ///< what the attributes tell
  /// The domain; the block is all of it.
  const GridBlock& grid() const { return grid_; }
  const std::vector<FieldEntry>& fields() const { return fields_; }  ///< in the order of the file

  /// Reads a block of a field; any decomposition will do, also an empty block. Collective.
  /// @param values  room for the block, C order (k, j, i)
  /// @throws Missing, TypeMismatch if the field has the other precision, FileShapeMismatch if the block leaves the
  ///   domain, Corrupt, Io
  void read(const std::string& name, const CellIndex& offset, const CellIndex& count, float* values) const;
  /// the same as doubles
  void read(const std::string& name, const CellIndex& offset, const CellIndex& count, double* values) const;

  /// Reads the chunks number `first`, `first + stride`, ... of every field. Not collective.
  /// @return the hash of what was read of each field, in the order of fields()
  /// @throws Corrupt, Io
  std::vector<ContentHash> verify(std::uint64_t first, std::uint64_t stride) const;

 private:
  friend std::vector<DatasetHash> verify_snapshot(const Communicator& ranks, const std::filesystem::path& path);
  friend std::vector<DatasetHash> verify_structure(const Communicator& ranks, const std::filesystem::path& path);

  SnapshotReader(const Communicator& ranks, const std::filesystem::path& path);
  void read_header();
  void read_fields();
  void check_digest() const;
  const hdf5::Dataset& dataset(const std::string& name) const;
  template <class Real>
  void read_block(const std::string& name, const CellIndex& offset, const CellIndex& count, Real* values) const;

  const Communicator& ranks_;
  hdf5::Object file_;
  std::int64_t schema_ = 0;
  SnapshotInfo info_;
  GridBlock grid_;
  std::vector<FieldEntry> fields_;
  std::vector<hdf5::Dataset> datasets_;  ///< of the fields, in their order
};

/// The shape of the grid's datasets, slowest axis first: ny, nx in two dimensions.
hdf5::Extents dataset_dims(const GridBlock& grid);
/// The block as a part of the datasets.
hdf5::Box dataset_box(const GridBlock& grid);

}  // namespace tarn::io
