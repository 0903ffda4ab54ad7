#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps::test {

/// A deck's simulation on the ranks of the test program, stepped by hand: no driver, no files.
class SteppedCase {
 public:
  explicit SteppedCase(const std::string& deck_text)
      : deck_(parse_deck(deck_text, "test")),
        patch_(runtime().space(), ranks(), domain_of(deck_), model_of(deck_).ghosts, choose_mpi_buffers(ranks())),
        grid_(patch_.grid()),
        regions_(tarn::test::runtime().space()),
        simulation_(model_of(deck_).create({runtime(), deck_, patch_, regions_})) {
    regions_.sample(false);
  }

  Simulation& simulation() { return *simulation_; }
  const Grid& grid() const { return grid_; }

  /// Takes so many equal steps to a time.
  void advance(double end, int steps) {
    const double start = time_;
    const double dt = (end - start) / steps;
    for (int n = 0; n < steps; ++n)
      simulation_->step(start + n * dt, dt);
    time_ = end;
  }
  /// Takes as few equal steps to a time as the simulation allows.
  void advance(double end) {
    advance(end, static_cast<int>(std::ceil((end - time_) / simulation_->largest_step() - 1e-9)));
  }

  /// The first field's own cells on this rank, (k, j, i).
  std::vector<double> values() const {
    std::vector<double> result;
    std::visit([&](const auto& field) { result = on_host(field); }, simulation_->state().front().values);
    return result;
  }

  double history(const std::string& name) const {
    for (const auto& column : simulation_->history()) {
      if (column.name == name) return column.value;
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  /// The root mean square of the difference from a formula of x, y, z, t at the cell centres; on one rank.
  double distance_from(const std::string& exact) const {
    const ops::Formula formula(exact, {.variables = {"x", "y", "z", "t"}, .constants = {}, .refused = {}});
    const CellCenters centers(grid_);
    const auto box = grid_.interior();
    const auto found = values();
    std::size_t n = 0;
    double sum = 0;
    for (int k = box.begin[2]; k < box.end[2]; ++k) {
      for (int j = box.begin[1]; j < box.end[1]; ++j) {
        for (int i = box.begin[0]; i < box.end[0]; ++i) {
          const double place[4] = {centers(0, i), centers(1, j), centers(2, k), time_};
          const double difference = found[n++] - formula.evaluate(place);
          sum += difference * difference;
        }
      }
    }
    return std::sqrt(sum / static_cast<double>(n));
  }

 private:
  static const Runtime& runtime() { return tarn::test::runtime(); }
  static const Communicator& ranks() { return runtime().communicator(); }

  template <class View>
  std::vector<double> on_host(const View& field) const {
    using Real = typename View::non_const_value_type;
    const HostField<Real, 3> host("test::host", grid_.cells(2), grid_.cells(1), grid_.cells(0));
    copy_interior_to_host<Real>(runtime().space(), grid_, field, host);
    return {host.data(), host.data() + host.size()};
  }

  io::Deck deck_;
  Patch patch_;
  Grid grid_;
  Regions regions_;
  std::unique_ptr<Simulation> simulation_;
  double time_ = 0;
};

/// The slope of log(error) over log(1/size), by least squares: the order of a ladder of refinements.
/// @param sizes   cells along an axis, or numbers of steps
inline double fitted_order(const std::vector<double>& sizes, const std::vector<double>& errors) {
  const auto count = static_cast<double>(sizes.size());
  double x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t n = 0; n < sizes.size(); ++n) {
    const double a = std::log(sizes[n]), b = -std::log(errors[n]);
    x += a;
    y += b;
    xx += a * a;
    xy += a * b;
  }
  return (count * xy - x * y) / (count * xx - x * x);
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    const double difference = std::abs(a[n] - b[n]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

}  // namespace tarn::apps::test
