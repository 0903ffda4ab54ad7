#include "tarn/apps/driver/members/join_series.hpp"

#include <algorithm>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/store/dataset_file.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/pending_file.hpp"

namespace tarn::apps {

namespace {

/// The committed snapshots of a series, oldest first.
std::vector<io::ManifestEntry> snapshots_of_series(const io::Manifest& manifest, const std::string& series) {
  std::vector<io::ManifestEntry> found;
  const std::string begin = "out/" + series + "-";
  for (const auto& entry : manifest.entries) {
    const bool of_series = entry.kind == "snapshot" && entry.file.starts_with(begin) &&
                           entry.file.find_first_not_of("0123456789", begin.size()) == entry.file.rfind(".h5");
    if (of_series) found.push_back(entry);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  return found;
}

/// The members' grid, slowest axis first; behind its axes a snapshot has the one that counts the members.
std::vector<io::SeriesDescription::Axis> series_axes(const io::Deck& deck, const io::GridBlock& grid) {
  std::vector<io::SeriesDescription::Axis> axes;
  const auto kinds = boundary_kinds_of(deck);
  for (int axis = grid.dimensions - 2; axis >= 0; --axis) {
    const auto n = static_cast<std::size_t>(axis);
    io::SeriesDescription::Axis made{std::string(1, "xyz"[axis]), {}, kinds[n][0]};
    if (kinds[n][1] != kinds[n][0]) made.kinds += ", " + kinds[n][1];
    for (std::int64_t cell = 0; cell < grid.cells[n]; ++cell)
      made.centres.push_back(grid.lower[n] + (static_cast<double>(cell) + 0.5) * grid.spacing[n]);
    axes.push_back(std::move(made));
  }
  return axes;
}

io::SeriesDescription describe_series(const BatchSeries& batch, const io::DeckTable& output,
                                      const io::SnapshotReader& first,
                                      const std::vector<io::ManifestEntry>& snapshots) {
  io::SeriesDescription about;
  about.name = run_name_of(batch.deck);
  about.members = batch.members;
  about.axes = series_axes(batch.deck, first.grid());
  about.scalars = batch.scalars;
  about.decks = batch.decks;
  about.deflate = output.text("compression") == "deflate";
  about.single = first.fields().front().element == io::hdf5::Element::float32;
  for (const auto& snapshot : snapshots) {
    about.times.push_back(snapshot.time);
    about.steps.push_back(snapshot.step);
  }
  for (const auto& field : first.fields())
    about.fields.push_back({field.name, field.unit});
  return about;
}

/// An upper bound of the file's size [bytes].
std::uint64_t series_bytes(const io::SeriesDescription& about, const io::GridBlock& grid) {
  constexpr std::uint64_t of_a_chunk = 256, of_a_member = 8192, of_the_file = 1 << 20;
  const auto cells = static_cast<std::uint64_t>(grid.cells[0] * grid.cells[1] * grid.cells[2]);
  std::uint64_t size = of_the_file + about.members.size() * of_a_member;
  size +=
      about.fields.size() * about.times.size() * (cells * (about.single ? 4 : 8) + about.members.size() * of_a_chunk);
  for (const auto& deck : about.decks)
    size += deck.size();
  return size;
}

template <class Real>
void copy_to_series(const io::SnapshotReader& reader, std::size_t n, const io::SeriesFile& file) {
  const io::GridBlock& grid = reader.grid();
  std::vector<Real> values(static_cast<std::size_t>(grid.cells[0] * grid.cells[1] * grid.cells[2]));
  for (std::size_t field = 0; field < reader.fields().size(); ++field) {
    reader.read(reader.fields()[field].name, {0, 0, 0}, grid.cells, values.data());
    file.put(field, n, values.data());
  }
}

void write_joined(const Communicator& ranks, const io::RunDirectory& run, const BatchSeries& batch,
                  const io::DeckTable& output, const std::vector<io::ManifestEntry>& snapshots,
                  const std::string& target) {
  io::SeriesDescription about;
  std::uint64_t size = 0;
  {
    const auto first = io::SnapshotReader::open(ranks, run.path() / snapshots.front().file);
    about = describe_series(batch, output, first, snapshots);
    size = series_bytes(about, first.grid());
  }
  io::PendingFile pending(ranks, run, target, size);
  io::SeriesFile file(pending.path(), about);
  pending.reserve();
  for (std::size_t n = 0; n < snapshots.size(); ++n) {
    const auto reader = io::SnapshotReader::open(ranks, run.path() / snapshots[n].file);
    about.single ? copy_to_series<float>(reader, n, file) : copy_to_series<double>(reader, n, file);
  }
  file.close();
  pending.sync();
  io::ManifestEntry entry;
  entry.kind = "dataset";
  entry.step = snapshots.back().step;
  entry.time = snapshots.back().time;
  pending.commit(entry, io::hash_datasets);
}

}  // namespace

void join_series(const Communicator& ranks, const io::RunDirectory& run, const BatchSeries& batch) {
  for (const auto& output : batch.deck.tables("output")) {
    const std::string series = output.text("series"), target = "series/" + series + ".h5";
    const io::Manifest manifest = io::read_manifest(run.path());
    const auto snapshots = snapshots_of_series(manifest, series);
    if (snapshots.empty()) continue;
    // A run that was killed while it removed the snapshots has the whole series already.
    if (manifest.find(target) == nullptr) write_joined(ranks, run, batch, output, snapshots, target);
    for (const auto& snapshot : snapshots) {
      io::append_removal(run.path(), snapshot.file);
      io::remove_file(run.path() / snapshot.file);
    }
  }
}

}  // namespace tarn::apps
