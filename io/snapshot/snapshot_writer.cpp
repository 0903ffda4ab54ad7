#include <optional>
#include <set>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/file_image.hpp"
#include "tarn/io/hdf5/seal.hpp"
#include "tarn/io/snapshot/chunk_writer.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/snapshot/structure.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/pending_file.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

using hdf5::Box;

namespace {

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

constexpr std::uint64_t structure_room = 256 << 10, dataset_room = 64 << 10;

/// An upper bound of the file's size [bytes].
std::uint64_t size_bound(const SnapshotInfo& info, const GridBlock& grid, const std::vector<FieldData>& fields) {
  constexpr std::uint64_t per_chunk = 8192;  // its checksum, its entries in index and hashes, its start on a page
  std::uint64_t bound = structure_room + 4 * info.deck.size();
  const auto add = [&](const hdf5::DatasetLayout& layout) {
    const std::uint64_t size = layout.chunk_bytes();
    // What deflate cannot compress grows by less than a thousandth.
    bound += dataset_room + Box{{}, layout.chunk_counts()}.size() * (size + size / 1000 + per_chunk);
  };
  for (const auto& field : fields)
    add(field_layout(grid, element_of(field), hdf5::Compression::none));
  for (int axis = 0; axis < grid.dimensions; ++axis)
    add(axis_layout(grid, axis));
  return bound;
}

/// The parts of writing one file, in their order.
class FileWriter {
 public:
  FileWriter(const Communicator& ranks, const fs::path& path, const SnapshotInfo& info, const GridBlock& grid,
             const std::vector<FieldData>& fields)
      : ranks_(ranks), path_(path), info_(info), grid_(grid), fields_(fields) {}

  void write(const std::string& file_name, hdf5::Compression compression) {
    std::optional<ChunkWriter> chunks;
    agree(ranks_, [&] {
      if (ranks_.is_root()) {
        image_.emplace(path_);
        structure_ = write_structure(image_->root(), file_name, info_, grid_, fields_, compression);
      }
      chunks.emplace(ranks_, path_, image_ ? &*image_ : nullptr);
    });
    write_values(*chunks, compression);
    agree_on_root(ranks_, [&] { write_ending(*chunks); });
  }

 private:
  void write_values(ChunkWriter& chunks, hdf5::Compression compression) {
    const Box block = dataset_box(grid_);
    for (std::size_t n = 0; n < fields_.size(); ++n) {
      const hdf5::Dataset* dataset = image_ ? &structure_.fields[n].dataset : nullptr;
      hashes_.push_back(chunks.write_field(dataset, field_layout(grid_, element_of(fields_[n]), compression), block,
                                           values_of(fields_[n])));
    }
    for (int axis = 0; axis < grid_.dimensions; ++axis)
      chunks.write_axis(image_ ? &structure_.axes[static_cast<std::size_t>(axis)] : nullptr, grid_, axis);
  }

  /// The structure and its seal, once every place and hash is known.
  void write_ending(ChunkWriter& chunks) {
    write_hashes(image_->root(), info_, grid_, structure_, hashes_);
    structure_ = {};
    image_->close();
    const auto pieces = image_->pieces();
    for (const auto& piece : pieces)
      chunks.write(piece.address, piece.bytes.data(), piece.bytes.size());
    const std::string seal = hdf5::seal_of(pieces, image_->size());
    chunks.write(image_->size(), seal.data(), seal.size());
  }

  const Communicator& ranks_;
  const fs::path& path_;
  const SnapshotInfo& info_;
  const GridBlock& grid_;
  const std::vector<FieldData>& fields_;
  std::optional<hdf5::FileImage> image_;  // on rank 0
  OpenStructure structure_;               // likewise; its objects close before their file
  std::vector<std::vector<std::uint64_t>> hashes_;
};

}  // namespace

std::uint64_t room_for_structure(std::size_t fields, int axes) {
  return structure_room + dataset_room * (fields + static_cast<std::size_t>(axes));
}

void write_snapshot(const Communicator& ranks, const RunDirectory& run, const fs::path& relative,
                    const SnapshotInfo& info, const GridBlock& grid, const std::vector<FieldData>& fields,
                    const SnapshotOptions& options) {
  require_input(ranks, info, grid, fields);
  PendingFile pending(ranks, run, relative, size_bound(info, grid, fields));
  FileWriter(ranks, pending.path(), info, grid, fields).write(relative.filename().string(), options.compression);
  pending.sync();
  ManifestEntry entry;
  entry.kind = options.kind;
  entry.step = info.step;
  entry.time = info.time;
  // The values of this file were read back when they were written; those of one that is there already were not.
  pending.commit(entry, [&](const fs::path& file) {
    return file == pending.path() ? verify_structure(ranks, file) : verify_snapshot(ranks, file);
  });
}

void write_snapshot(const Communicator& ranks, const RunDirectory& run, const fs::path& relative,
                    const SnapshotInfo& info, const GridBlock& grid, const std::vector<FieldData>& fields,
                    const std::string& kind) {
  write_snapshot(ranks, run, relative, info, grid, fields, SnapshotOptions{.kind = kind});
}

}  // namespace tarn::io
