#include "tarn/apps/pde/extremes.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <mpi.h>

#include "tarn/apps/pde/extreme_key.hpp"
#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn::apps::pde {

bool Extremes::is_better(double value, std::int64_t cell, std::size_t quantity, bool greatest, const Cell& best) {
  if (!may_be_extreme(value, greatest)) return false;
  if (best.number < 0) return true;
  const double own = compared(value), known = compared(best.values[quantity]);
  if (own == known) return cell < best.number;
  return greatest ? own > known : own < known;
}

void Extremes::look_at(std::size_t place, std::int64_t cell, const double* values) {
  Cell& best = best_[place];
  if (!is_better(values[place / 2], cell, place / 2, place % 2 == 1, best)) return;
  best.number = cell;
  best.values.assign(values, values + quantities_);
}

namespace {

/// The least and the greatest of some values as they are compared, in lanes that a host's vectors hold; a comparison
/// with what is not a number is false. Where none may be extreme they are infinite, each the other way.
template <class Real>
std::array<Real, 2> extremes_of(const Real* values, int count) {
  constexpr int width = 16;
  constexpr Real infinite = std::numeric_limits<Real>::infinity();
  std::array<Real, width> least, greatest;
  least.fill(infinite);
  greatest.fill(-infinite);
  int m = 0;
  for (; m + width <= count; m += width) {
    for (std::size_t lane = 0; lane < width; ++lane) {
      const Real value = compared(values[static_cast<std::size_t>(m) + lane]);
      least[lane] = value < least[lane] ? value : least[lane];
      greatest[lane] = value > greatest[lane] ? value : greatest[lane];
    }
  }
  for (; m < count; ++m) {
    const Real value = compared(values[m]);
    least[0] = value < least[0] ? value : least[0];
    greatest[0] = value > greatest[0] ? value : greatest[0];
  }
  return {*std::min_element(least.begin(), least.end()), *std::max_element(greatest.begin(), greatest.end())};
}

}  // namespace

template <class Real>
void Extremes::look(std::int64_t first, int cells, const std::vector<const Real*>& values) {
  std::vector<double> there(quantities_);
  for (std::size_t n = 0; n < quantities_; ++n) {
    const Real* const own = values[n];
    const auto extremes = extremes_of(own, cells);
    for (const int side : {0, 1}) {
      const Real value = extremes[static_cast<std::size_t>(side)];
      if (!is_better(static_cast<double>(value), first, n, side == 1, best_[2 * n + static_cast<std::size_t>(side)]))
        continue;
      const auto is_there = [&](Real other) { return compared(other) == value; };
      const auto cell = static_cast<int>(std::find_if(own, own + cells, is_there) - own);
      for (std::size_t other = 0; other < quantities_; ++other)
        there[other] = static_cast<double>(values[other][cell]);
      look_at(2 * n + static_cast<std::size_t>(side), first + cell, there.data());
    }
  }
}

template void Extremes::look<float>(std::int64_t, int, const std::vector<const float*>&);
template void Extremes::look<double>(std::int64_t, int, const std::vector<const double*>&);

std::vector<std::vector<double>> Extremes::of_all(const Communicator& ranks) const {
  const std::size_t length = 1 + quantities_;
  std::vector<double> own(best_.size() * length, -1);
  for (std::size_t place = 0; place < best_.size(); ++place) {
    own[place * length] = static_cast<double>(best_[place].number);
    for (std::size_t n = 0; n < best_[place].values.size(); ++n)
      own[place * length + 1 + n] = best_[place].values[n];
  }
  std::vector<double> all(own.size() * static_cast<std::size_t>(ranks.size()));
  const auto count = static_cast<int>(own.size());
  require_mpi(MPI_Allgather(own.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE, ranks.handle()),
              "MPI_Allgather");
  Extremes together(quantities_);
  for (std::size_t at = 0; at < all.size(); at += length) {
    const std::size_t place = at / length % best_.size();
    if (all[at] >= 0) together.look_at(place, static_cast<std::int64_t>(all[at]), &all[at + 1]);
  }
  std::vector<std::vector<double>> cells;
  for (const Cell& best : together.best_)
    cells.push_back(best.values);
  return cells;
}

}  // namespace tarn::apps::pde
