#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps::euler::test {

using Place = std::array<double, 3>;

/// A deck of its tables: [grid] and those within it, what follows [euler], and [time].
inline std::string deck(const std::string& grid, const std::string& euler,
                        const std::string& time = "end = 1\ncfl = 0.8") {
  return fmt::format("[run]\napp = \"euler\"\n[grid]\n{}[time]\n{}\n[euler]\n{}", grid, time, euler);
}

/// A deck's flow, in double precision on one rank, stepped by hand. On more ranks values() are those of the block.
class FlowCase {
 public:
  /// @param ranks  outlive this
  explicit FlowCase(const std::string& deck, const Communicator& ranks = runtime().communicator())
      : case_(parse_case(deck, "test")),
        patch_(runtime().space(), ranks, domain_of(case_->deck()), as_simulation(*case_).model().ghosts,
               choose_transport(ranks)),
        regions_(runtime().space()),
        simulation_(as_simulation(*case_).model().create({runtime(), case_->deck(), patch_, regions_})) {
    regions_.sample(false);
  }

  Simulation& simulation() { return *simulation_; }
  const Grid& grid() const { return patch_.grid(); }
  int steps() const { return steps_; }

  /// Advances to a time with the steps that the simulation allows.
  void advance(double end) {
    while (time_ < end) {
      const double largest = simulation_->largest_step();
      const double dt = end - time_ <= largest ? end - time_ : largest;
      simulation_->step(time_, dt);
      time_ = end - time_ <= dt ? end : time_ + dt;
      ++steps_;
    }
  }

  /// A field of the state or an output, x fastest.
  std::vector<double> values(const std::string& name) {
    const auto field = std::get<Field<double, 3>>(simulation_->output(name).values);
    const HostField<double, 3> host("test::host", grid().cells(2), grid().cells(1), grid().cells(0));
    copy_interior_to_host<double>(runtime().space(), grid(), field, host);
    return {host.data(), host.data() + host.size()};
  }

  /// Overwrites a field of the state; restarted() has to be called after the last one.
  /// @param value  of the lower and the upper corner of a cell
  void set(const std::string& name, const std::function<double(const Place&, const Place&)>& value) {
    const HostField<double, 3> host("test::host", grid().cells(2), grid().cells(1), grid().cells(0));
    for_cells([&](std::size_t n, const Place& lower, const Place& upper) { host.data()[n] = value(lower, upper); });
    for (const auto& field : simulation_->state()) {
      if (field.name != name) continue;
      copy_interior_from_host<double>(runtime().space(), grid(), host, std::get<Field<double, 3>>(field.values));
    }
  }

  /// Calls use(number, lower corner, upper corner) for every cell, x fastest.
  void for_cells(const std::function<void(std::size_t, const Place&, const Place&)>& use) const {
    const Domain& domain = grid().domain();
    std::size_t n = 0;
    for (int k = 0; k < domain.cells[2]; ++k) {
      for (int j = 0; j < domain.cells[1]; ++j) {
        for (int i = 0; i < domain.cells[0]; ++i) {
          const std::array<int, 3> cell = {i, j, k};
          Place lower{}, upper{};
          for (int d = 0; d < domain.dimensions; ++d) {
            lower[d] = domain.lower[d] + cell[d] * domain.spacing(d);
            upper[d] = lower[d] + domain.spacing(d);
          }
          use(n++, lower, upper);
        }
      }
    }
  }

  /// The mean over all cells of the difference from averages over them.
  double mean_error(const std::string& name, const std::function<double(const Place&, const Place&)>& average) {
    const auto found = values(name);
    double sum = 0;
    for_cells([&](std::size_t n, const Place& lower, const Place& upper) {
      sum += std::abs(found[n] - average(lower, upper));
    });
    return sum / static_cast<double>(found.size());
  }

  double history(const std::string& name) const {
    for (const auto& column : simulation_->history()) {
      if (column.name == name) return column.value;
    }
    throw Error("the history has no column " + name);
  }

 private:
  static const Runtime& runtime() { return tarn::test::runtime(); }

  std::unique_ptr<const Case> case_;
  Patch patch_;
  Regions regions_;
  std::unique_ptr<Simulation> simulation_;
  double time_ = 0;
  int steps_ = 0;
};

inline double order(double coarse, double fine) {
  return std::log2(coarse / fine);
}

}  // namespace tarn::apps::euler::test
