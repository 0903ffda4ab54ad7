#include "tarn/core/grid/copy_fields.hpp"

#include <gtest/gtest.h>

#include "tarn/core/space.hpp"

namespace tarn {
namespace {

template <class Real>
class CopyFields : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(CopyFields, Reals);

TYPED_TEST(CopyFields, CopiesAndFillsGhostsToo) {
  const Field<TypeParam, 3> one("test::one", 3, 4, 5);
  const Fields<TypeParam> from("test::from", 2, 3, 4, 5), to("test::to", 2, 3, 4, 5);
  Kokkos::deep_copy(from, TypeParam(0.5));

  copy_fields<TypeParam>(Space{}, from, to);
  fill_field<TypeParam>(Space{}, one, TypeParam(0.25));
  Kokkos::fence();

  const auto copied = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, to);
  const auto filled = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, one);
  for (std::size_t n = 0; n < copied.size(); ++n)
    ASSERT_EQ(copied.data()[n], TypeParam(0.5));
  for (std::size_t n = 0; n < filled.size(); ++n)
    ASSERT_EQ(filled.data()[n], TypeParam(0.25));
}

}  // namespace
}  // namespace tarn
