#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tarn/ops/formula/formula.hpp"

namespace tarn::ops::test {

/// A context of the variables x, y, z and t, with random numbers.
inline FormulaContext cell_context() {
  return {{"x", "y", "z", "t"}, {}, true, {}};
}

/// The formula's values on the device for slots 0 and 1 as given; slots 2 and 3 are 3 and 4; the cell is the
/// number of the point.
inline std::vector<double> on_device(const Formula& formula, const std::vector<double>& first,
                                     const std::vector<double>& second, std::uint64_t seed = 1,
                                     std::uint64_t stream = 2) {
  const auto count = first.size();
  Kokkos::View<double* [2], Kokkos::LayoutRight, Space> points("test::points", count);
  const auto host_points = Kokkos::create_mirror_view(points);
  for (std::size_t n = 0; n < count; ++n) {
    host_points(n, 0) = first[n];
    host_points(n, 1) = second[n];
  }
  Kokkos::deep_copy(points, host_points);
  Kokkos::View<double*, Space> values("test::values", count);
  const FormulaKernel kernel = formula.kernel();
  Kokkos::parallel_for(
      "test::on_device", Kokkos::RangePolicy<Space>(0, count), KOKKOS_LAMBDA(const int n) {
        const double variables[] = {points(n, 0), points(n, 1), 3.0, 4.0};
        values(n) = kernel(variables, RandomCell{seed, stream, static_cast<std::uint64_t>(n)});
      });
  const auto host_values = Kokkos::create_mirror_view(values);
  Kokkos::deep_copy(host_values, values);
  return std::vector<double>(host_values.data(), host_values.data() + count);
}

/// The value at x = 1, y = 2, z = 3, t = 4, computed on the device.
inline double value_of(std::string_view text, const FormulaContext& context = cell_context()) {
  return on_device(Formula(text, context), {1.0}, {2.0})[0];
}

}  // namespace tarn::ops::test
