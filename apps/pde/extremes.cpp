#include "tarn/apps/pde/extremes.hpp"

#include <mpi.h>

namespace tarn::apps::pde {

bool Extremes::is_better(double value, std::int64_t cell, std::size_t quantity, bool greatest, const Cell& best) {
  if (value != value) return false;
  if (best.number < 0) return true;
  const double known = best.values[quantity];
  if (value == known) return cell < best.number;
  return greatest ? value > known : value < known;
}

void Extremes::look_at(std::size_t place, std::int64_t cell, const double* values) {
  Cell& best = best_[place];
  if (!is_better(values[place / 2], cell, place / 2, place % 2 == 1, best)) return;
  best.number = cell;
  best.values.assign(values, values + quantities_);
}

template <class Real>
void Extremes::look(std::int64_t first, int cells, const std::vector<const Real*>& values) {
  std::vector<double> there(quantities_);
  for (std::size_t n = 0; n < quantities_; ++n) {
    const Real* const own = values[n];
    int least = 0, greatest = 0;  // a comparison with what is not a number is false
    for (int m = 1; m < cells; ++m) {
      if (own[m] < own[least] || own[least] != own[least]) least = m;
      if (own[m] > own[greatest] || own[greatest] != own[greatest]) greatest = m;
    }
    for (const int side : {0, 1}) {
      const int cell = side == 0 ? least : greatest;
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
  MPI_Allgather(own.data(), static_cast<int>(own.size()), MPI_DOUBLE, all.data(), static_cast<int>(own.size()),
                MPI_DOUBLE, ranks.handle());
  Extremes together(quantities_);
  for (std::size_t at = 0; at < all.size(); at += length) {
    const std::size_t place = at / length % best_.size();
    if (all[at] >= 0) together.look_at(place, static_cast<std::int64_t>(all[at]), &all[at + 1]);
  }
  std::vector<std::vector<double>> cells;
  for (const Cell& best : together.best_) {
    if (best.number >= 0) cells.push_back(best.values);
  }
  return cells;
}

}  // namespace tarn::apps::pde
