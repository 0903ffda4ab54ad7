#include "tarn/tests/faults/mutants/originals.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tarn/io/store/run_directory.hpp"

namespace tarn::io::test {

namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Original make_original(const Communicator& ranks, const RunDirectory& run, int dimensions, const CellIndex& cells,
                       hdf5::Compression compression, std::int64_t step) {
  Original original;
  SnapshotInfo& info = original.info;
  info.step = step;
  info.time = 0.1 * static_cast<double>(step);
  info.dt = 1.0 / 3;
  info.deck = "[run]\napp = \"heat\"\n# " + std::string(200, 'd');
  info.app = "heat";
  info.run_name = "original";
  info.precision = "double";
  info.seed = 12345;
  info.tarn_version = "0.1.0";
  info.provenance = {.git_commit = std::string(40, 'a'),
                     .git_state = "clean",
                     .host = "here",
                     .devices = "one",
                     .driver = "",
                     .kokkos = "3.4.1",
                     .mpi = "Open MPI"};
  GridBlock& grid = original.grid;
  grid.dimensions = dimensions;
  grid.cells = grid.count = cells;
  const std::array<double, 3> lower{-1, 0.5, 2}, spacing{0.25, 0.5, 0.125};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimensions); ++axis) {
    grid.lower[axis] = lower[axis];
    grid.spacing[axis] = spacing[axis];
  }
  const auto size = static_cast<std::size_t>(cells[0] * cells[1] * cells[2]);
  for (std::size_t n = 0; n < size; ++n) {
    original.doubles.push_back(static_cast<double>(n) + 1.0 / 3);
    original.floats.push_back(n % 3 == 0 ? 0.0f : static_cast<float>(n) - 0.7f);
  }
  const std::filesystem::path place = fmt::format("out/s-{:010}.h5", step);
  write_snapshot(ranks, run, place, info, grid,
                 {{"u", "K", original.doubles.data()}, {"v", "m/s", original.floats.data()}},
                 SnapshotOptions{.kind = "snapshot", .compression = compression});
  original.bytes = bytes_of(run.path() / place);
  return original;
}

}  // namespace

std::vector<Original> make_originals(const Communicator& ranks, const std::filesystem::path& folder) {
  const auto run = RunDirectory::create_at(ranks, folder / "run");
  using hdf5::Compression;
  std::vector<Original> originals;
  originals.push_back(make_original(ranks, run, 1, {100, 1, 1}, Compression::none, 1));
  originals.push_back(make_original(ranks, run, 2, {21, 13, 1}, Compression::none, 2));
  originals.push_back(make_original(ranks, run, 2, {21, 13, 1}, Compression::none, 3));  // the same structure
  originals.push_back(make_original(ranks, run, 3, {9, 8, 7}, Compression::none, 4));
  originals.push_back(make_original(ranks, run, 3, {9, 8, 7}, Compression::deflate, 5));
  originals.push_back(make_original(ranks, run, 2, {1024, 520, 1}, Compression::deflate, 6));  // two chunks of u
  return originals;
}

bool reads_as_written(const Communicator& ranks, const Original& original, const std::filesystem::path& path) {
  verify_snapshot(ranks, path);
  const auto reader = SnapshotReader::open(ranks, path);
  std::vector<double> doubles(original.doubles.size());
  std::vector<float> floats(original.floats.size());
  reader.read("u", {0, 0, 0}, original.grid.cells, doubles.data());
  reader.read("v", {0, 0, 0}, original.grid.cells, floats.data());
  const SnapshotInfo& info = reader.info();
  const GridBlock& grid = reader.grid();
  return doubles == original.doubles && floats == original.floats && info.step == original.info.step &&
         info.time == original.info.time && info.dt == original.info.dt && info.deck == original.info.deck &&
         info.app == original.info.app && info.run_name == original.info.run_name &&
         info.precision == original.info.precision && info.seed == original.info.seed &&
         grid.dimensions == original.grid.dimensions && grid.cells == original.grid.cells &&
         grid.lower == original.grid.lower && grid.spacing == original.grid.spacing && reader.fields().size() == 2 &&
         reader.fields()[0].unit == "K" && reader.fields()[1].unit == "m/s";
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace tarn::io::test
