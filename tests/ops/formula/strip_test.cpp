#include "tarn/ops/formula/strip.hpp"

#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/ops/formula/formula.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

// A GPU runs formulas over arrays in strips, a host in blocks. Here the strips' functions run on the host too.

namespace tarn::ops::test {
namespace {

const char* const formulas[] = {
    "a",
    "2.5",
    "((a*b+c)*(a-b) + (b*c-a)*(c+a))*((a+b)*c - 2*a) + (a-3)*(b+4) - c*5",
    "-a^2 + b^3 - c^4 + 1/a - sqrt(abs(b))",
    "min(a, b, c) + max(a, -b) * (a < b) - (a <= c) + (b > c) * (a >= 0) + (a == b) - (a != c)",
    "sin(a) + cos(b)*exp(-c^2) - log(abs(a)) + atan2(a, b) + mod(a, 2) + a^b + floor(b) + sign(c) + !a",
    "a > 0 ? b : c",
    "a > 0 && b > 0 ? (c > 0 ? a : sin(b)) : (c < 0 || a > b ? 1/c : 2)",
    "random + a * random",
};

/// Numbers of every kind, among them such as part the elements of a strip at a condition.
std::vector<double> numbers(std::size_t count, unsigned seed) {
  const double special[] = {
      0.0, -0.0, 1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), 1e-310};
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> real(-3, 3);
  std::vector<double> all(count);
  for (std::size_t n = 0; n < count; ++n)
    all[n] = n % 11 < 6 && n % 3 == 0 ? special[n % 11] : real(engine);
  return all;
}

auto steps_on_host(const FormulaKernel& kernel) {
  return Kokkos::create_mirror_view_and_copy(
      Kokkos::HostSpace(), Kokkos::View<const Instruction*, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>(
                               kernel.program(), static_cast<std::size_t>(kernel.length())));
}

struct StripOfSlot {
  const detail::FormulaStrip* variables;
  KOKKOS_FUNCTION detail::FormulaStrip operator()(int slot) const { return variables[slot]; }
};

class FormulaInStrips : public ::testing::TestWithParam<const char*> {};

TEST_P(FormulaInStrips, HasTheBitsOfEveryElementAlone) {
  constexpr int width = detail::FormulaStrip::width, slots = 3;
  const Formula formula(GetParam(), {{"a", "b", "c"}, {}, true, {}});
  const FormulaKernel kernel = formula.kernel();
  const auto steps = steps_on_host(kernel);
  const auto inputs = numbers(3 * 4000, 7);
  for (std::size_t first = 0; first + slots * width <= inputs.size(); first += slots * width) {
    detail::FormulaStrip variables[slots];
    for (std::size_t n = 0; n < slots * width; ++n)
      variables[n / width].values[n % width] = inputs[first + n];

    const auto strip =
        detail::run_program_on_strip(steps.data(), kernel.length(), StripOfSlot{variables}, slots, {1, 2, first});

    for (std::size_t m = 0; m < width; ++m) {
      const double own[] = {variables[0].values[m], variables[1].values[m], variables[2].values[m]};
      const double alone = detail::run_program(steps.data(), kernel.length(), own, {1, 2, first + m});
      ASSERT_EQ(std::bit_cast<std::uint64_t>(strip.values[m]), std::bit_cast<std::uint64_t>(alone))
          << own[0] << ", " << own[1] << ", " << own[2];
    }
  }
}

TEST_P(FormulaInStrips, HasTheseBitsOverArraysOfAnyLength) {
  const Formula formula(GetParam(), {{"a", "b", "c"}, {}, true, {}});
  const FormulaKernel kernel = formula.kernel();
  const auto steps = steps_on_host(kernel);
  for (const std::size_t count : {1u, 3u, 4u, 1021u}) {
    const auto a = numbers(count, 1), b = numbers(count, 2), c = numbers(count, 3);
    const Field<double, 1> target("test::target", count);

    assign(target, formula, {{"a", vector_of(a)}, {"b", vector_of(b)}, {"c", vector_of(c)}}, {.seed = 1, .stream = 2});

    const auto values = on_host(target);
    for (std::size_t n = 0; n < count; ++n) {
      const double own[] = {a[n], b[n], c[n]};
      const double alone = detail::run_program(steps.data(), kernel.length(), own, {1, 2, n});
      ASSERT_EQ(std::bit_cast<std::uint64_t>(values[n]), std::bit_cast<std::uint64_t>(alone))
          << own[0] << ", " << own[1] << ", " << own[2];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, FormulaInStrips, ::testing::ValuesIn(formulas));

}  // namespace
}  // namespace tarn::ops::test
