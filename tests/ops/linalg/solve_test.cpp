#include "tarn/ops/linalg/solve.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/ops/linalg/matrices.hpp"
#include "tarn/tests/support/message_of.hpp"

namespace tarn::ops {
namespace {

using tarn::test::message_of;
using test::Lie;
using test::Placed;
using test::small_number;
using Types = testing::Types<float, double, Kokkos::complex<float>, Kokkos::complex<double>>;

template <class T>
class Solve : public testing::Test {};
TYPED_TEST_SUITE(Solve, Types);

/// Small numbers with a heavy other diagonal: it has to be pivoted, and is well conditioned.
template <class T>
T element(int matrix, int i, int j, int n) {
  return small_number<T>(matrix, i, j, 1) + (i + j == n - 1 ? T(static_cast<float>(8 * n)) : T(0));
}

template <class T, class View, class Value>
void set(const View& view, const Value& value) {
  const auto host = Kokkos::create_mirror_view(view);
  for (int n = 0; n < static_cast<int>(view.extent(0)); ++n) {
    for (int i = 0; i < static_cast<int>(view.extent(1)); ++i) {
      for (int j = 0; j < static_cast<int>(view.extent(2)); ++j)
        host(n, i, j) = value(n, i, j);
    }
  }
  Kokkos::deep_copy(view, host);
}

template <class T>
double magnitude(const T& value) {
  if constexpr (detail::is_complex<T>) {
    return std::hypot(value.real(), value.imag());
  } else {
    return std::abs(value);
  }
}

template <class T>
double rounding() {
  return sizeof(T) == 4 || std::is_same_v<T, Kokkos::complex<float>> ? 6e-8 : 1.1e-16;
}

/// The right-hand side of a known solution.
template <class T>
T right_side(int matrix, int of_batch, int i, int j, int n) {
  T sum(0);
  for (int k = 0; k < n; ++k)
    sum += element<T>(matrix, i, k, n) * small_number<T>(of_batch, k, j, 2);
  return sum;
}

template <class T, class Layout>
void check_batch(int batch, int matrices, int n, int columns) {
  SCOPED_TRACE(fmt::format("{} systems, {} matrices of {}, {} right-hand sides", batch, matrices, n, columns));
  const Kokkos::View<T***, Layout, Space> a("a", matrices, n, n), b("b", batch, n, columns), x("x", batch, n, columns);
  const auto which = [&](int p) { return matrices == 1 ? 0 : p; };
  set<T>(a, [&](int p, int i, int j) { return element<T>(p, i, j, n); });
  set<T>(b, [&](int p, int i, int j) { return right_side<T>(which(p), p, i, j, n); });

  solve(x, a, b);

  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), x);
  for (int p = 0; p < batch; ++p) {
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < columns; ++j)
        EXPECT_LE(magnitude<T>(host(p, i, j) - small_number<T>(p, i, j, 2)), 20 * n * rounding<T>()) << p << i << j;
    }
  }
}

TYPED_TEST(Solve, FindsTheKnownSolutions) {
  for (const int n : {1, 2, 7, 40, 150}) {
    for (const int columns : {1, 3}) {
      check_batch<TypeParam, Kokkos::LayoutRight>(1, 1, n, columns);
      check_batch<TypeParam, Kokkos::LayoutLeft>(n > 50 ? 2 : 5, 1, n, columns);
      check_batch<TypeParam, Kokkos::LayoutRight>(n > 50 ? 2 : 5, n > 50 ? 2 : 5, n, columns);
    }
  }
  check_batch<TypeParam, Kokkos::LayoutRight>(0, 0, 3, 1);
  check_batch<TypeParam, Kokkos::LayoutRight>(2, 2, 0, 1);
  check_batch<TypeParam, Kokkos::LayoutRight>(2, 2, 3, 0);
}

TYPED_TEST(Solve, ReadsFlagsStridesAndVectorsAndWorksInPlace) {
  using T = TypeParam;
  constexpr int n = 6;
  Placed<T, Kokkos::LayoutRight> a(n, n, Lie::strided);
  const Kokkos::View<T*, Space> b("b", n), x("x", n);
  const auto host_a = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), a.parent);
  const auto host_b = Kokkos::create_mirror_view(b);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j)
      host_a(3 + 2 * i, 3 + 2 * j) = test::conjugate(element<T>(0, j, i, n));  // its adjoint is the matrix
    host_b(i) = right_side<T>(0, 0, i, 0, n);
  }
  Kokkos::deep_copy(a.parent, host_a);
  Kokkos::deep_copy(b, host_b);

  solve(x, adjoint(a.view), b);
  solve(b, adjoint(a.view), b);

  const auto found = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), x);
  const auto in_place = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), b);
  for (int i = 0; i < n; ++i) {
    EXPECT_LE(magnitude<T>(found(i) - small_number<T>(0, i, 0, 2)), 100 * rounding<T>());
    EXPECT_TRUE(found(i) == in_place(i));
  }
}

TYPED_TEST(Solve, RefusesASingularMatrixNamesItsPivotAndLeavesTheTarget) {
  using T = TypeParam;
  const Kokkos::View<T***, Kokkos::LayoutRight, Space> a("a", 3, 2, 2), b("b", 3, 2, 1), x("x", 3, 2, 1);
  set<T>(a, [](int p, int i, int j) { return p == 1 ? T(float((i + 1) * (j + 1))) : T(float(i == j)); });  // 1 2, 2 4
  Kokkos::deep_copy(b, T(1));
  Kokkos::deep_copy(x, T(7));

  try {
    solve(x, a, b);
    FAIL() << "no error";
  } catch (const SingularMatrix& error) {
    EXPECT_EQ(error.kind(), ErrorKind::numerics);
    EXPECT_EQ(error.matrix(), 1);
    EXPECT_EQ(error.pivot(), 1);
    EXPECT_THAT(error.what(),
                testing::HasSubstr("solve: a is 3x2x2, b is 3x2x1, x is 3x2x1; matrix 1 of a is singular"));
    EXPECT_THAT(error.what(), testing::HasSubstr("pivot 1 is zero"));
    EXPECT_THAT(error.what(), testing::HasSubstr("solve_test.cpp:"));
  }

  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), x);
  for (int p = 0; p < 3; ++p)
    EXPECT_TRUE(host(p, 0, 0) == T(7) && host(p, 1, 0) == T(7));
}

TEST(SolveErrors, NameTheShapes) {
  const Kokkos::View<double**, Kokkos::LayoutRight, Space> wide("wide", 3, 4), a("a", 3, 3), b("b", 4, 2), x("x", 4, 2);

  EXPECT_THAT(message_of<Error>([&] { solve(x, wide, b); }),
              testing::HasSubstr("solve: a is 3x4, b is 4x2, x is 4x2; a is not square"));
  EXPECT_THAT(message_of<Error>([&] { solve(x, a, b); }), testing::HasSubstr("sizes 3 and 4 differ"));
  EXPECT_THAT(message_of<Error>([&] { solve(a, a, a); }), testing::HasSubstr("the target x shares memory with a"));
}

}  // namespace
}  // namespace tarn::ops
