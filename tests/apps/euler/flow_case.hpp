#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/apps/driver/verify/stepped_case.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps::euler::test {

using Place = std::array<double, 3>;

/// A deck of its tables: [grid] and those within it, what follows [euler], and [time].
inline std::string deck(const std::string& grid, const std::string& euler,
                        const std::string& time = "end = 1\ncfl = 0.8") {
  return fmt::format("[run]\napp = \"euler\"\n[grid]\n{}[time]\n{}\n[euler]\n{}", grid, time, euler);
}

/// A deck's flow, in double precision.
class FlowCase : public SteppedCase {
 public:
  /// @param on  its ranks; outlives this
  explicit FlowCase(const std::string& text, const Runtime& on = tarn::test::runtime()) : SteppedCase(on, text) {}

  /// Overwrites a field of the state; restarted() has to be called after the last one.
  /// @param value  of the lower and the upper corner of a cell
  void set(const std::string& name, const std::function<double(const Place&, const Place&)>& value) {
    const HostField<double, 3> host("test::host", grid().cells(2), grid().cells(1), grid().cells(0));
    for_cells([&](std::size_t n, const Place& lower, const Place& upper) { host.data()[n] = value(lower, upper); });
    for (const auto& field : simulation().state()) {
      if (field.name != name) continue;
      copy_interior_from_host<double>(patch().space(), grid(), host, std::get<Field<double, 3>>(field.values));
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
  double mean_error(const std::string& name, const std::function<double(const Place&, const Place&)>& average) const {
    const auto found = values(name);
    double sum = 0;
    for_cells([&](std::size_t n, const Place& lower, const Place& upper) {
      sum += std::abs(found[n] - average(lower, upper));
    });
    return sum / static_cast<double>(found.size());
  }
};

inline double order(double coarse, double fine) {
  return std::log2(coarse / fine);
}

}  // namespace tarn::apps::euler::test
