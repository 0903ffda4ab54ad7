#include "tarn/core/parallel/decomposition.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn {

namespace {

using Arrangement = std::array<int, 3>;

/// What a cell at a cut across an axis costs. Across x each cell is a memory access of its own, where those of a row
/// share one, and a file gets pieces of rows. Between two GPUs a cell across x was seen to cost as much as sixteen
/// across z, and a checkpoint took four times as long; where messages are slow the area itself counts for more.
constexpr std::array<int, 3> cost_of_cut{8, 1, 1};

/// The cost of all cuts; an axis with r blocks is cut r - 1 times, r times if it is periodic.
std::int64_t cut_cost(const std::array<int, 3>& cells, const std::array<bool, 3>& periodic, const Arrangement& ranks) {
  std::int64_t cost = 0;
  for (int axis = 0; axis < 3; ++axis) {
    if (ranks[axis] == 1) continue;
    const std::int64_t face = std::int64_t{1} * cells[(axis + 1) % 3] * cells[(axis + 2) % 3];
    cost += cost_of_cut[axis] * face * (ranks[axis] - (periodic[axis] ? 0 : 1));
  }
  return cost;
}

std::optional<Arrangement> best_arrangement(const std::array<int, 3>& cells, const std::array<bool, 3>& periodic,
                                            int size, int least) {
  const auto fits = [&](int axis, int ranks) { return ranks == 1 || cells[axis] / ranks >= least; };
  std::optional<Arrangement> best;
  const auto rating = [&](const Arrangement& a) { return std::tuple(cut_cost(cells, periodic, a), a[0], a[1]); };
  for (int x = 1; x <= size; ++x) {
    if (size % x != 0 || !fits(0, x)) continue;
    for (int y = 1; y <= size / x; ++y) {
      if ((size / x) % y != 0 || !fits(1, y) || !fits(2, size / x / y)) continue;
      const Arrangement candidate{x, y, size / x / y};
      if (!best || rating(candidate) < rating(*best)) best = candidate;
    }
  }
  return best;
}

/// The largest number of ranks below `size` that has an arrangement; one rank has.
int largest_below(const std::array<int, 3>& cells, const std::array<bool, 3>& periodic, int size, int least) {
  std::int64_t most = 1;
  for (const int along : cells)
    most = std::min<std::int64_t>(most * std::max(1, along / least), size - 1);
  while (!best_arrangement(cells, periodic, static_cast<int>(most), least))
    --most;
  return static_cast<int>(most);
}

}  // namespace

Decomposition::Decomposition(std::array<int, 3> cells, std::array<bool, 3> periodic, int size, int rank, int least)
    : domain_(cells), periodic_(periodic) {
  require(size >= 1 && rank >= 0 && rank < size && least >= 1, "a decomposition needs 0 <= rank < size");
  const auto arrangement = best_arrangement(cells, periodic, size, least);
  if (!arrangement) {
    throw UsageError(fmt::format(
        "{} ranks cannot share {} x {} x {} cells: no cut into {} blocks of so many along x, y and z leaves each {} "
        "along every axis; {} ranks can",
        size, cells[0], cells[1], cells[2], size, least == 1 ? "a cell" : fmt::format("{} cells", least),
        largest_below(cells, periodic, size, least)));
  }
  ranks_ = *arrangement;
  place_ = {rank % ranks_[0], rank / ranks_[0] % ranks_[1], rank / ranks_[0] / ranks_[1]};
}

int Decomposition::offset_of(int axis, int place) const {
  const int each = domain_[axis] / ranks_[axis];
  const int larger = domain_[axis] % ranks_[axis];
  return place * each + (place < larger ? place : larger);
}

int Decomposition::rank_at(const std::array<int, 3>& place) const {
  return place[0] + ranks_[0] * (place[1] + ranks_[1] * place[2]);
}

int Decomposition::neighbor(int axis, int side) const {
  std::array<int, 3> away{};
  away[axis] = side == 0 ? -1 : 1;
  return neighbor(away);
}

int Decomposition::neighbor(std::array<int, 3> blocks_away) const {
  auto place = place_;
  for (int axis = 0; axis < 3; ++axis) {
    place[axis] += blocks_away[axis];
    if (place[axis] >= 0 && place[axis] < ranks_[axis]) continue;
    if (!periodic_[axis]) return -1;
    place[axis] = (place[axis] % ranks_[axis] + ranks_[axis]) % ranks_[axis];
  }
  return rank_at(place);
}

bool Decomposition::is_cut(int axis, int side) const {
  return ranks_[axis] > 1 && neighbor(axis, side) >= 0;
}

}  // namespace tarn
