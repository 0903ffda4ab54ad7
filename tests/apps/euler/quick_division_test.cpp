// Divisions and roots without a branch, which kernels on a GPU use.
#include <gtest/gtest.h>

#include "tarn/apps/euler/arithmetic.hpp"
#include "tarn/core/space.hpp"

namespace tarn::apps::euler {
namespace {

#if defined(KOKKOS_ENABLE_CUDA)

/// Numbers whose mantissas have few ones, few zeros or any, and some that need care.
struct Numbers {
  int most_exponent;

  KOKKOS_FUNCTION static std::uint64_t mixed(std::uint64_t n) {
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9ull;
    n = (n ^ (n >> 27)) * 0x94d049bb133111ebull;
    return n ^ (n >> 31);
  }
  KOKKOS_FUNCTION double operator()(std::uint64_t n) const {
    const std::uint64_t random = mixed(n), kind = mixed(n + 1) % 6, by = mixed(n + 2) % 52;
    std::uint64_t mantissa = random >> 12;
    if (kind == 1) mantissa = mantissa >> by << by;
    if (kind == 2) mantissa = (~std::uint64_t{0} >> 12) - (mantissa >> by);
    if (kind == 3) mantissa = mantissa >> by;
    const auto range = static_cast<std::uint64_t>(2 * most_exponent + 1);
    const std::uint64_t exponent = 1023 - static_cast<std::uint64_t>(most_exponent) + mixed(n + 3) % range;
    const double number = Kokkos::bit_cast<double>(exponent << 52 | mantissa);
    if (kind == 4 && by < 8) return by % 2 == 0 ? 0.0 : -0.0;
    return mixed(n + 4) % 2 == 0 ? number : -number;
  }
};

KOKKOS_FUNCTION bool same_bits(double a, double b) {
  return Kokkos::bit_cast<std::uint64_t>(a) == Kokkos::bit_cast<std::uint64_t>(b);
}

/// Counts results that differ without a doubt, and doubts.
struct Compare {
  Numbers numbers;

  KOKKOS_FUNCTION void operator()(const std::int64_t n, std::int64_t& different, std::int64_t& doubtful) const {
    const double a = numbers(static_cast<std::uint64_t>(16 * n)), b = numbers(static_cast<std::uint64_t>(16 * n + 8));
    bool doubt = false;
    const double quotient = Quick{&doubt}.quotient(a, b);
    different += !doubt && !same_bits(quotient, a / b);
    doubtful += doubt;
    doubt = false;
    const double root = Quick{&doubt}.root(a);
    different += !doubt && !same_bits(root, std::sqrt(a));
  }
};

constexpr std::int64_t pairs = 1 << 26;

struct Counts {
  std::int64_t different = 0, doubtful = 0;
};

Counts compare(int most_exponent) {
  Counts counts;
  Kokkos::parallel_reduce("compare", Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(0, pairs),
                          Compare{{most_exponent}}, counts.different, counts.doubtful);
  return counts;
}

TEST(QuickDivision, RoundsAsTheCompilersDoes) {
  const Counts moderate = compare(300), all = compare(1022);
  EXPECT_EQ(moderate.different, 0);
  EXPECT_LT(moderate.doubtful, pairs / 20);  // divisors that are zero or all ones
  EXPECT_EQ(all.different, 0);
  EXPECT_GT(all.doubtful, 0);
}

#else

TEST(QuickDivision, RoundsAsTheCompilersDoes) {
  GTEST_SKIP() << "of GPUs";
}

#endif

}  // namespace
}  // namespace tarn::apps::euler
