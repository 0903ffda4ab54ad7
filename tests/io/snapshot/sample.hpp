#pragma once

#include <string>
#include <vector>

#include "tarn/core/parallel/decomposition.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::io::test {

inline SnapshotInfo sample_info(std::int64_t step = 120) {
  SnapshotInfo info;
  info.step = step;
  info.time = 0.1 * static_cast<double>(step);
  info.dt = 1.0 / 3;
  info.counted_from = 0.7;
  info.counted_steps = 90071992547409931;  // more than a double holds
  info.deck = "[run]\napp = \"heat\"  # \xc2\xb5\n";
  info.app = "heat";
  info.run_name = "sample";
  info.precision = "double";
  info.seed = 18446744073709551615u;
  info.ranks = tarn::test::runtime().communicator().size();
  info.tarn_version = "0.1.0";
  return info;
}

/// A domain, cut along its last used axis into one block per rank as evenly as may be; with fewer cells than
/// ranks some blocks are empty.
inline GridBlock sample_grid(int dimensions, CellIndex cells) {
  const auto& ranks = tarn::test::runtime().communicator();
  GridBlock grid;
  grid.dimensions = dimensions;
  grid.cells = cells;
  grid.count = cells;
  const int axis = dimensions - 1;
  const std::int64_t begin = cells[axis] * ranks.rank() / ranks.size();
  grid.offset[axis] = begin;
  grid.count[axis] = cells[axis] * (ranks.rank() + 1) / ranks.size() - begin;
  grid.lower = {-1, 0.5, 2};
  grid.spacing = {0.25, 0.5, 0.125};
  return grid;
}

/// The value of a cell: its number in the domain, plus a fraction that needs every bit of the type.
template <class Real>
Real sample_value(const GridBlock& grid, std::int64_t i, std::int64_t j, std::int64_t k) {
  return static_cast<Real>((k * grid.cells[1] + j) * grid.cells[0] + i) + Real(1) / Real(3);
}

template <class Real>
std::vector<Real> sample_values(const GridBlock& grid) {
  std::vector<Real> values;
  for (std::int64_t k = 0; k < grid.count[2]; ++k) {
    for (std::int64_t j = 0; j < grid.count[1]; ++j) {
      for (std::int64_t i = 0; i < grid.count[0]; ++i) {
        values.push_back(sample_value<Real>(grid, grid.offset[0] + i, grid.offset[1] + j, grid.offset[2] + k));
      }
    }
  }
  return values;
}

/// The whole domain as one block.
inline GridBlock whole(GridBlock grid) {
  grid.offset = {0, 0, 0};
  grid.count = grid.cells;
  return grid;
}

}  // namespace tarn::io::test
