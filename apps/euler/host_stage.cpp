#include <algorithm>
#include <vector>

#include "tarn/apps/euler/host_tile.hpp"

namespace tarn::apps::euler {

namespace {

/// Cells along x and y of a tile: what its planes hold stays in the second cache.
constexpr int tile_length = 256, tile_rows = 16;

/// Boxes that make up a box.
std::vector<CellRange> tiles_of(const CellRange& box) {
  std::vector<CellRange> tiles;
  for (int j = box.begin[1]; j < box.end[1]; j += tile_rows) {
    for (int i = box.begin[0]; i < box.end[0]; i += tile_length) {
      CellRange tile = box;
      tile.begin[0] = i;
      tile.begin[1] = j;
      tile.end[0] = std::min(i + tile_length, box.end[0]);
      tile.end[1] = std::min(j + tile_rows, box.end[1]);
      tiles.push_back(tile);
    }
  }
  return tiles;
}

}  // namespace

template <class Real, int Dim>
Found stage_on_host(const Scheme<Real, Dim>& scheme, const RoundedWeights<Real, Dim>& weights,
                    const StageFields<Real>& fields, const CellRange& box) {
  if (box.empty()) return {};
  const auto tiles = tiles_of(box);
  std::vector<Found> found(tiles.size());
  Kokkos::parallel_for("tarn::euler::stage", Kokkos::RangePolicy<Host>(0, tiles.size()), [&](const std::size_t n) {
    thread_local std::vector<Real> memory;
    found[n] = HostTile<Real, Dim>(scheme, weights, fields, tiles[n], memory).run();
  });
  Found all;
  for (const Found& one : found)
    all += one;
  return all;
}

template Found stage_on_host(const Scheme<float, 1>&, const RoundedWeights<float, 1>&, const StageFields<float>&,
                             const CellRange&);
template Found stage_on_host(const Scheme<float, 2>&, const RoundedWeights<float, 2>&, const StageFields<float>&,
                             const CellRange&);
template Found stage_on_host(const Scheme<float, 3>&, const RoundedWeights<float, 3>&, const StageFields<float>&,
                             const CellRange&);
template Found stage_on_host(const Scheme<double, 1>&, const RoundedWeights<double, 1>&, const StageFields<double>&,
                             const CellRange&);
template Found stage_on_host(const Scheme<double, 2>&, const RoundedWeights<double, 2>&, const StageFields<double>&,
                             const CellRange&);
template Found stage_on_host(const Scheme<double, 3>&, const RoundedWeights<double, 3>&, const StageFields<double>&,
                             const CellRange&);

}  // namespace tarn::apps::euler
