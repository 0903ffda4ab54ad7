#include "tarn/ops/reduce/member_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tarn/ops/random/philox.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops {
namespace {

Grid grid_of(int dimensions, std::array<int, 3> cells) {
  Domain domain;
  domain.dimensions = dimensions;
  domain.cells = cells;
  return Grid(domain, Decomposition(cells, domain.periodic, 1, 0, 1), 1);
}

/// Any number stands for any other that is none.
std::uint64_t bits(double value) {
  return std::isnan(value) ? 0 : std::bit_cast<std::uint64_t>(value);
}

void expect_same(const Statistics& got, const Statistics& wanted) {
  EXPECT_EQ(bits(got.minimum), bits(wanted.minimum));
  EXPECT_EQ(bits(got.maximum), bits(wanted.maximum));
  EXPECT_EQ(bits(got.sum), bits(wanted.sum));
  EXPECT_EQ(bits(got.sum_of_squares), bits(wanted.sum_of_squares));
  EXPECT_EQ(got.not_finite, wanted.not_finite);
  EXPECT_EQ(got.first_not_finite, wanted.first_not_finite);
}

/// Numbers of very different size; member 1 has one that is NaN, and member 2 only zeros.
template <class Real>
void expect_those_of_each(int dimensions, std::array<int, 3> cells) {
  const auto& runtime = test::runtime();
  const auto members = cells[static_cast<std::size_t>(dimensions)];
  auto cells_of_one = cells;
  cells_of_one[static_cast<std::size_t>(dimensions)] = 1;
  const Grid whole = grid_of(dimensions, cells), own = grid_of(dimensions, cells_of_one);
  const auto u = whole.make_field<Real>("test::u"), one = own.make_field<Real>("test::one");
  const auto host = Kokkos::create_mirror_view(u), host_of_one = Kokkos::create_mirror_view(one);
  const std::size_t each = one.size();
  for (std::size_t n = 0; n < u.size(); ++n)
    host.data()[n] =
        static_cast<Real>(std::ldexp(uniform(7, 0, n) - 0.5, static_cast<int>(60 * uniform(7, 1, n)) - 30));
  host.data()[each + each / 2] = std::numeric_limits<Real>::quiet_NaN();
  std::fill_n(host.data() + 2 * each, each, Real(0));
  Kokkos::deep_copy(u, host);

  const auto got = statistics_of_members<Real>(runtime.space(), whole, u);

  ASSERT_EQ(got.size(), static_cast<std::size_t>(members));
  for (std::size_t member = 0; member < got.size(); ++member) {
    std::copy_n(host.data() + member * each, each, host_of_one.data());
    Kokkos::deep_copy(one, host_of_one);
    expect_same(got[member], statistics<Real>(runtime.space(), runtime.communicator(), own, one));
  }
}

template <class Real>
class MemberStatistics : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(MemberStatistics, Reals);

TYPED_TEST(MemberStatistics, AreThoseOfEachMemberAloneInTwoDimensions) {
  expect_those_of_each<TypeParam>(2, {37, 29, 5});
}

TYPED_TEST(MemberStatistics, AreThoseOfEachMemberAloneInOneDimension) {
  expect_those_of_each<TypeParam>(1, {301, 4, 1});
}

}  // namespace
}  // namespace tarn::ops
