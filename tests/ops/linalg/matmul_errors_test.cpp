// What products refuse, and what they say of it.
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/matmul.hpp"
#include "tarn/tests/ops/linalg/matrices.hpp"
#include "tarn/tests/support/message_of.hpp"

namespace tarn::ops {
namespace {

using Right = Kokkos::LayoutRight;
using tarn::test::message_of;
using test::batch_of;

template <class T>
Kokkos::View<T**, Right, Space> filled(int rows, int columns, T value) {
  const Kokkos::View<T**, Right, Space> view("test::filled", rows, columns);
  Kokkos::deep_copy(view, value);
  return view;
}

TEST(MatmulErrors, NameBothShapesAndThePlaceAndLeaveTheTarget) {
  const auto a = filled<double>(3, 4, 1), b = filled<double>(5, 6, 1), c = filled<double>(3, 6, 7);

  const auto message = message_of<ShapeMismatch>([&] { matmul(c, a, b); });

  EXPECT_THAT(message, testing::HasSubstr("matmul: a is 3x4, b is 5x6; inner sizes 4 and 5 differ"));
  EXPECT_THAT(message, testing::HasSubstr("matmul_errors_test.cpp:"));
  EXPECT_EQ(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), c)(2, 5), 7);
}

TEST(MatmulErrors, AreTheTargetsShapeAndBatchesToo) {
  const auto a = filled<double>(3, 4, 1), b = filled<double>(4, 6, 1), c = filled<double>(3, 5, 7);
  const auto many = batch_of<double, Right>(3, 3, 4, 1);
  const auto results = batch_of<double, Right>(2, 3, 6, 1);

  EXPECT_THAT(message_of<ShapeMismatch>([&] { matmul(c, a, b); }),
              testing::HasSubstr("a is 3x4, b is 4x6, c is 3x5; the product is 3x6"));
  EXPECT_THAT(message_of<ShapeMismatch>([&] { matmul(results, many, b); }),
              testing::HasSubstr("a is 3x3x4, b is 4x6, c is 2x3x6; batches of 3 and 2 differ"));
  EXPECT_THAT(message_of<ShapeMismatch>([&] { matmul(c, transposed(a), b); }), testing::HasSubstr("a is 4x3"));
}

TEST(MatmulErrors, AreTargetsThatShareMemoryWithAnOperand) {
  const auto all = filled<double>(8, 8, 7);
  const auto block = [&](int i, int j, int size) {
    return Kokkos::subview(all, std::make_pair(i, i + size), std::make_pair(j, j + size));
  };
  const auto b = filled<double>(4, 4, 1);

  EXPECT_THAT(message_of<Error>([&] { matmul(block(0, 0, 4), block(0, 0, 4), b); }),
              testing::HasSubstr("a is 4x4, b is 4x4, c is 4x4; the target c shares memory with a"));
  EXPECT_THAT(message_of<Error>([&] { matmul(block(0, 0, 4), b, block(3, 3, 4)); }),
              testing::HasSubstr("shares memory with b"));
  EXPECT_EQ(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), all)(0, 0), 7);
  // Blocks beside each other interleave in memory, and share nothing.
  EXPECT_EQ(message_of<Error>([&] { matmul(block(0, 0, 4), block(4, 0, 4), block(0, 4, 4)); }), "nothing was thrown");
  Space{}.fence();
  EXPECT_EQ(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), all)(3, 3), 4 * 49);
  EXPECT_EQ(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), all)(3, 4), 7);
}

TEST(MatmulOverlap, IsFoundElementByElementWhereStridesAgree) {
  const auto all = filled<double>(16, 16, 1);
  const auto of = [&](int i, int j, int rows, int columns, int step) {
    return detail::footprint(
        detail::Strided<double>{all.data() + 16 * i + j, {1, rows, columns}, {0, 16 * step, step}, false});
  };

  EXPECT_FALSE(detail::overlaps(of(0, 0, 16, 8, 1), of(0, 8, 16, 8, 1)));
  EXPECT_TRUE(detail::overlaps(of(0, 0, 16, 9, 1), of(0, 8, 16, 8, 1)));
  EXPECT_FALSE(detail::overlaps(of(0, 0, 8, 8, 2), of(0, 1, 8, 7, 2)));
  EXPECT_FALSE(detail::overlaps(of(0, 0, 8, 8, 2), of(1, 0, 7, 8, 2)));
  EXPECT_TRUE(detail::overlaps(of(0, 0, 8, 8, 2), of(2, 2, 4, 4, 2)));
  EXPECT_TRUE(detail::overlaps(of(15, 15, 1, 1, 1), of(0, 0, 16, 16, 1)));
  EXPECT_FALSE(detail::overlaps(of(0, 0, 0, 16, 1), of(0, 0, 16, 16, 1)));
}

TEST(MatvecErrors, NameShapesAndPlace) {
  const auto a = filled<double>(3, 4, 1);
  const Kokkos::View<double*, Right, Space> x("x", 5), y("y", 3), z("z", 4);

  EXPECT_THAT(message_of<ShapeMismatch>([&] { matvec(y, a, x); }),
              testing::HasSubstr("matvec: a is 3x4, x is 5, y is 3; inner sizes 4 and 5 differ"));
  EXPECT_THAT(message_of<ShapeMismatch>([&] { matvec(x, a, z); }), testing::HasSubstr("the product has 3"));
  EXPECT_THAT(message_of<Error>([&] { matvec(Kokkos::subview(a, Kokkos::ALL, 0), a, z); }),
              testing::HasSubstr("the target y shares memory with a"));
  EXPECT_THAT(message_of<ShapeMismatch>([&] { outer(a, x, y); }),
              testing::HasSubstr("outer: x is 5, y is 3, c is 3x4; the product is 5x3"));
}

}  // namespace
}  // namespace tarn::ops
