// One half of a restart on another number of ranks: `tarn_rank_change write|read DIRECTORY`, each under any mpiexec.
// `write` makes a run directory with checkpoints of 1 to 3 dimensions, float and double, cut as simulations cut their
// domain; `read` reads each with the cut of its own ranks and compares every bit.

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/parallel/decomposition.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/io/snapshot/checkpoint.hpp"

namespace tarn::io {
namespace {

const std::vector<std::array<int, 3>> domains{{{1009, 1, 1}}, {{61, 47, 1}}, {{19, 17, 23}}};

/// This rank's block of a domain.
GridBlock block_of(const Communicator& ranks, std::size_t n) {
  const auto& cells = domains[n];
  const Decomposition cut(cells, {true, true, true}, ranks.size(), ranks.rank());
  GridBlock grid;
  grid.dimensions = static_cast<int>(n) + 1;
  for (int axis = 0; axis < 3; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    grid.cells[a] = cells[a];
    grid.offset[a] = cut.offset(axis);
    grid.count[a] = cut.cells(axis);
  }
  return grid;
}

/// A value that needs every bit of its type, by the cell's place in the domain.
template <class Real>
std::vector<Real> values_of(const GridBlock& grid) {
  std::vector<Real> values;
  for (std::int64_t k = 0; k < grid.count[2]; ++k) {
    for (std::int64_t j = 0; j < grid.count[1]; ++j) {
      for (std::int64_t i = 0; i < grid.count[0]; ++i) {
        const auto cell =
            ((grid.offset[2] + k) * grid.cells[1] + grid.offset[1] + j) * grid.cells[0] + grid.offset[0] + i;
        values.push_back(Real(1) / static_cast<Real>(cell + 3));
      }
    }
  }
  return values;
}

void write_all(const Communicator& ranks, const std::filesystem::path& directory) {
  const auto run = RunDirectory::create_at(ranks, directory);
  for (std::size_t n = 0; n < domains.size(); ++n) {
    const GridBlock grid = block_of(ranks, n);
    const auto doubles = values_of<double>(grid);
    const auto floats = values_of<float>(grid);
    SnapshotInfo info;
    info.step = grid.dimensions;
    write_checkpoint(ranks, run, info, grid, {{"d", "", doubles.data()}, {"f", "", floats.data()}}, 3);
  }
}

template <class Real>
bool reads(const SnapshotReader& reader, const char* name, const GridBlock& grid) {
  std::vector<Real> got(static_cast<std::size_t>(grid.count[0] * grid.count[1] * grid.count[2]));
  reader.read(name, grid.offset, grid.count, got.data());
  return got == values_of<Real>(grid);
}

bool read_all(const Communicator& ranks, const std::filesystem::path& directory) {
  bool same = true;
  for (std::size_t n = 0; n < domains.size(); ++n) {
    const GridBlock grid = block_of(ranks, n);
    const auto path = directory / checkpoint_path(grid.dimensions);
    verify_snapshot(ranks, path);
    const auto reader = SnapshotReader::open(ranks, path);
    same = reads<double>(reader, "d", grid) && reads<float>(reader, "f", grid) && same;
  }
  return ranks.min(std::int64_t{same}) == 1;
}

}  // namespace
}  // namespace tarn::io

int main(int argc, char** argv) {
  const tarn::Runtime runtime(argc, argv);
  if (argc != 3) return 2;
  if (std::string(argv[1]) == "write") {
    tarn::io::write_all(runtime.communicator(), argv[2]);
    return 0;
  }
  return tarn::io::read_all(runtime.communicator(), argv[2]) ? 0 : 1;
}
