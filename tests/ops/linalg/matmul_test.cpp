// Whole numbers make every product exact, so results are compared bit for bit with a plain loop.
#include "tarn/ops/linalg/matmul.hpp"

#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/wrapping.hpp"
#include "tarn/tests/ops/linalg/matrices.hpp"

namespace tarn::ops {
namespace {

using test::batch_of;
using test::Lie;
using test::Placed;
using test::small_number;
using Types = testing::Types<float, double, Kokkos::complex<float>, Kokkos::complex<double>, std::int32_t, std::int64_t,
                             std::uint8_t>;
using Right = Kokkos::LayoutRight;
using Left = Kokkos::LayoutLeft;

enum class Flag { none, transposed, conjugated, adjoint };
constexpr Flag all_flags[] = {Flag::none, Flag::transposed, Flag::conjugated, Flag::adjoint};

bool turns(Flag flag) {
  return flag == Flag::transposed || flag == Flag::adjoint;
}

template <class View>
MatrixOperand<View> flagged(const View& view, Flag flag) {
  switch (flag) {
    case Flag::transposed:
      return transposed(view);
    case Flag::conjugated:
      return conjugated(view);
    case Flag::adjoint:
      return adjoint(view);
    default:
      return {view};
  }
}

/// The element of a matrix of small numbers as a flag makes it read.
template <class T>
T read(int i, int j, Flag flag, int seed) {
  const T value = turns(flag) ? small_number<T>(0, j, i, seed) : small_number<T>(0, i, j, seed);
  return flag == Flag::conjugated || flag == Flag::adjoint ? test::conjugate(value) : value;
}

struct Sizes {
  int m, k, n;
};

template <class T, class OfA, class OfB, class OfC>
void check_product(Sizes s, Flag of_a, Flag of_b, Lie lie_a, Lie lie_b, Lie lie_c, const Scale<T>& scale) {
  SCOPED_TRACE(fmt::format("{}x{}x{}, flags {} {}, lies {} {} {}", s.m, s.k, s.n, int(of_a), int(of_b), int(lie_a),
                           int(lie_b), int(lie_c)));
  Placed<T, OfA> a(turns(of_a) ? s.k : s.m, turns(of_a) ? s.m : s.k, lie_a);
  Placed<T, OfB> b(turns(of_b) ? s.n : s.k, turns(of_b) ? s.k : s.n, lie_b);
  Placed<T, OfC> c(s.m, s.n, lie_c);
  a.fill(1), b.fill(2), c.fill(3);

  matmul(Space{}, c.view, flagged(a.view, of_a), flagged(b.view, of_b), scale);
  Space{}.fence();

  c.expect([&](int i, int j) {
    const T product = test::plain_product<T>(
        i, j, s.k, [&](int p, int q) { return read<T>(p, q, of_a, 1); },
        [&](int p, int q) { return read<T>(p, q, of_b, 2); });
    return detail::add(detail::multiply(scale.alpha, product),
                       detail::multiply(scale.beta, small_number<T>(0, i, j, 3)));
  });
}

template <class T>
class Matmul : public testing::Test {};
TYPED_TEST_SUITE(Matmul, Types);

template <class T, class OfA, class OfB, class OfC>
void check_all_flags_and_lies() {
  for (const Flag of_a : all_flags) {
    for (const Flag of_b : all_flags) {
      for (const Lie lie : {Lie::whole, Lie::block, Lie::strided}) {
        check_product<T, OfA, OfB, OfC>({5, 3, 7}, of_a, of_b, lie, Lie::block, Lie::block, {});
        check_product<T, OfA, OfB, OfC>({4, 6, 2}, of_a, of_b, Lie::block, lie, lie, {T(2), T(3)});
      }
    }
  }
}

TYPED_TEST(Matmul, OfEveryLayoutFlagAndPlaceIsThePlainProduct) {
  using T = TypeParam;
  check_all_flags_and_lies<T, Right, Right, Right>();
  check_all_flags_and_lies<T, Left, Left, Left>();
  check_all_flags_and_lies<T, Right, Left, Right>();
  check_all_flags_and_lies<T, Left, Right, Right>();
  check_all_flags_and_lies<T, Right, Right, Left>();
  check_all_flags_and_lies<T, Left, Right, Left>();
}

TYPED_TEST(Matmul, OfEveryExtentIsThePlainProduct) {
  for (const int m : {0, 1, 2, 33, 70}) {
    for (const int k : {0, 1, 17, 65}) {
      for (const int n : {0, 1, 3, 129}) {
        check_product<TypeParam, Right, Right, Right>({m, k, n}, Flag::none, Flag::transposed, Lie::whole, Lie::block,
                                                      Lie::whole, {});
        check_product<TypeParam, Left, Right, Right>({m, k, n}, Flag::adjoint, Flag::none, Lie::strided, Lie::whole,
                                                     Lie::block, {TypeParam(2), TypeParam(1)});
      }
    }
  }
}

/// c = alpha a a^T + beta c, or a^T a.
template <class T, class OfA, class OfC>
void check_times_own_transpose(int m, int k, Flag of_a, Lie lie_a, Lie lie_c, const Scale<T>& scale) {
  SCOPED_TRACE(fmt::format("{}x{}, flag {}, lies {} {}", m, k, int(of_a), int(lie_a), int(lie_c)));
  Placed<T, OfA> a(turns(of_a) ? k : m, turns(of_a) ? m : k, lie_a);
  Placed<T, OfC> c(m, m, lie_c);
  a.fill(1), c.fill(3);

  matmul(Space{}, c.view, flagged(a.view, of_a), flagged(a.view, turns(of_a) ? Flag::none : Flag::transposed), scale);
  Space{}.fence();

  c.expect([&](int i, int j) {
    const T product = test::plain_product<T>(
        i, j, k, [&](int p, int q) { return read<T>(p, q, of_a, 1); },
        [&](int p, int q) { return read<T>(q, p, of_a, 1); });
    return detail::add(detail::multiply(scale.alpha, product),
                       detail::multiply(scale.beta, small_number<T>(0, i, j, 3)));
  });
}

TYPED_TEST(Matmul, OfAMatrixAndItsOwnTransposeIsThePlainProduct) {
  using T = TypeParam;
  for (const int m : {1, 63, 64, 101}) {
    for (const Flag flag : {Flag::none, Flag::transposed}) {
      for (const Lie lie : {Lie::whole, Lie::block, Lie::strided}) {
        check_times_own_transpose<T, Right, Right>(m, 5, flag, lie, Lie::block, {});
        check_times_own_transpose<T, Left, Right>(m, 70, flag, Lie::block, lie, {T(2), T(0)});
        check_times_own_transpose<T, Right, Left>(m, 3, flag, lie, lie, {T(2), T(3)});
      }
    }
  }
}

TYPED_TEST(Matmul, TakesViewsAsTheyCome) {
  using T = TypeParam;
  const Kokkos::View<T**, Right, Space> a("test::a", 3, 4), c("test::c", 3, 2);
  const Kokkos::View<T[4][2], Left, Space> b("test::b");
  Kokkos::deep_copy(a, T(2));
  Kokkos::deep_copy(b, T(3));

  matmul(c, Kokkos::View<const T**, Right, Space>(a), b);
  Space{}.fence();

  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), c);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j)
      EXPECT_TRUE(host(i, j) == T(24));
  }
}

TEST(MatmulScale, WithoutBetaDoesNotReadTheTarget) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const int k : {0, 4}) {
    Placed<double, Right> a(3, k, Lie::whole), b(k, 2, Lie::whole), c(3, 2, Lie::strided, nan);
    a.fill(1), b.fill(2);

    matmul(c.view, a.view, b.view);
    Space{}.fence();

    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), c.parent);
    EXPECT_EQ(host(3, 3), k == 0 ? 0
                                 : (test::plain_product<double>(
                                       0, 0, k, [](int p, int q) { return small_number<double>(0, p, q, 1); },
                                       [](int p, int q) { return small_number<double>(0, p, q, 2); })));
  }
}

TEST(MatmulIntegers, WrapAroundAsNumPyDoes) {
  const Kokkos::View<std::int32_t**, Right, Space> a("a", 1, 2), b("b", 2, 1), c("c", 1, 1);
  Kokkos::deep_copy(a, 1 << 20);
  Kokkos::deep_copy(b, (1 << 11) + 1);

  matmul(c, a, b);
  Space{}.fence();

  // numpy.int32: 2 * 2^20 * (2^11 + 1) = 2^32 + 2^21, of which 2^21 is left
  EXPECT_EQ(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), c)(0, 0), 1 << 21);
}

template <class T, class OfA, class OfB, class OfC>
void check_batch(int batch, int of_a, int of_b, bool turned, int n) {
  constexpr int m = 4, k = 3;
  const auto a = turned ? batch_of<T, OfA>(of_a, k, m, 1) : batch_of<T, OfA>(of_a, m, k, 1);
  const auto b = batch_of<T, OfB>(of_b, k, n, 2);
  const auto c = batch_of<T, OfC>(batch, m, n, 3);

  if (turned) {
    matmul(c, adjoint(a), b, {.alpha = T(2), .beta = T(1)});
  } else {
    matmul(c, a, b, {.alpha = T(2), .beta = T(1)});
  }
  Space{}.fence();

  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), c);
  for (int p = 0; p < batch; ++p) {
    const auto left = [&](int i, int j) {
      const int q = of_a == 1 ? 0 : p;
      return turned ? test::conjugate(small_number<T>(q, j, i, 1)) : small_number<T>(q, i, j, 1);
    };
    const auto right = [&](int i, int j) { return small_number<T>(of_b == 1 ? 0 : p, i, j, 2); };
    for (int i = 0; i < m; ++i) {
      for (int j = 0; j < n; ++j) {
        const T expected = detail::add(detail::multiply(T(2), test::plain_product<T>(i, j, k, left, right)),
                                       small_number<T>(p, i, j, 3));
        ASSERT_TRUE(host(p, i, j) == expected) << p << " " << i << " " << j;
      }
    }
  }
}

template <class T>
void check_batches(bool turned, int n) {
  for (const int of_a : {1, 6}) {
    for (const int of_b : {1, 6}) {
      check_batch<T, Right, Right, Right>(6, of_a, of_b, turned, n);
      check_batch<T, Left, Right, Right>(6, of_a, of_b, turned, n);
      check_batch<T, Right, Left, Left>(6, of_a, of_b, turned, n);
    }
  }
  check_batch<T, Right, Right, Right>(0, 0, 1, turned, n);
  check_batch<T, Right, Right, Right>(1, 1, 1, turned, n);
}

TYPED_TEST(Matmul, OfABatchIsThatOfEachAndABatchOfOneIsRepeated) {
  for (const int n : {1, 4, 5}) {  // up to 4 are small, on a host
    check_batches<TypeParam>(false, n);
    check_batches<TypeParam>(true, n);
  }
}

TEST(MatmulBatch, OfSmallMatricesWithoutBetaDoesNotReadTheTarget) {
  const auto a = batch_of<double, Right>(3, 2, 2, 1);
  const auto c = batch_of<double, Right>(3, 2, 2, 5);
  Kokkos::deep_copy(c, std::numeric_limits<double>::quiet_NaN());

  matmul(c, a, a);
  Space{}.fence();

  const auto own = [](int n) { return [n](int i, int j) { return small_number<double>(n, i, j, 1); }; };
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), c);
  for (int n = 0; n < 3; ++n)
    EXPECT_EQ(host(n, 1, 0), test::plain_product<double>(1, 0, 2, own(n), own(n))) << n;
}

TEST(MatmulBatch, TakesOneMatrixWithoutABatchAxis) {
  const auto a = batch_of<double, Right>(3, 2, 2, 1);
  const auto c = batch_of<double, Right>(3, 2, 2, 5);
  Placed<double, Right> b(2, 2, Lie::whole);
  b.fill(2);

  matmul(c, a, b.view);
  Space{}.fence();

  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), c);
  for (int n = 0; n < 3; ++n) {
    EXPECT_EQ(host(n, 1, 0), small_number<double>(n, 1, 0, 1) * small_number<double>(0, 0, 0, 2) +
                                 small_number<double>(n, 1, 1, 1) * small_number<double>(0, 1, 0, 2));
  }
}

/// Adds the flags of a matrix-vector product up.
template <class T, class Layout>
void check_matvec(int m, int n, Flag flag, Lie lie) {
  SCOPED_TRACE(fmt::format("{}x{}, flag {}, lie {}", m, n, int(flag), int(lie)));
  Placed<T, Layout> a(turns(flag) ? n : m, turns(flag) ? m : n, lie);
  Placed<T, Left> x(n, 1, lie), y(m, 1, lie);
  a.fill(1), x.fill(2), y.fill(3);

  matvec(Kokkos::subview(y.view, Kokkos::ALL, 0), flagged(a.view, flag),
         conjugated(Kokkos::subview(x.view, Kokkos::ALL, 0)), {.alpha = T(2), .beta = T(3)});
  Space{}.fence();

  y.expect([&](int i, int) {
    const T product = test::plain_product<T>(
        i, 0, n, [&](int p, int q) { return read<T>(p, q, flag, 1); },
        [&](int p, int q) { return test::conjugate(small_number<T>(0, p, q, 2)); });
    return detail::add(detail::multiply(T(2), product), detail::multiply(T(3), small_number<T>(0, i, 0, 3)));
  });
}

TYPED_TEST(Matmul, OfAMatrixAndAVectorIsMatvec) {
  for (const Flag flag : all_flags) {
    for (const Lie lie : {Lie::whole, Lie::block, Lie::strided}) {
      for (const int m : {0, 1, 6, 37}) {
        for (const int n : {0, 1, 5}) {
          check_matvec<TypeParam, Right>(m, n, flag, lie);
          check_matvec<TypeParam, Left>(m, n, flag, lie);
        }
      }
    }
  }
}

TYPED_TEST(Matmul, OfAColumnAndARowIsOuter) {
  using T = TypeParam;
  Placed<T, Right> c(4, 3, Lie::block), x(4, 1, Lie::strided), y(1, 3, Lie::strided);
  c.fill(3), x.fill(1), y.fill(2);

  outer(c.view, Kokkos::subview(x.view, Kokkos::ALL, 0), conjugated(Kokkos::subview(y.view, 0, Kokkos::ALL)),
        {.alpha = T(2), .beta = T(3)});
  Space{}.fence();

  c.expect([&](int i, int j) {
    const T product = detail::multiply(small_number<T>(0, i, 0, 1), test::conjugate(small_number<T>(0, 0, j, 2)));
    return detail::add(detail::multiply(T(2), product), detail::multiply(T(3), small_number<T>(0, i, j, 3)));
  });
}

}  // namespace
}  // namespace tarn::ops
