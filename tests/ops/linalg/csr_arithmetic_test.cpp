// Products and sums of sparse matrices beside plain loops over dense ones.
#include "tarn/ops/linalg/csr_arithmetic.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/ops/linalg/sparse.hpp"

namespace tarn::ops {
namespace {

using test::on_device;
using test::on_host;
using test::sparse;

/// A matrix of all its elements, and of which of them are stored.
template <class Real>
struct Dense {
  int rows, columns;
  std::vector<Real> values;
  std::vector<bool> stored;

  Dense(int rows_, int columns_) : rows(rows_), columns(columns_), values(at(rows, 0)), stored(at(rows, 0), false) {}
  std::size_t at(int i, int j) const { return static_cast<std::size_t>(i) * columns + j; }
};

template <class Real>
Dense<Real> dense(const Csr<Real>& a) {
  Dense<Real> all(static_cast<int>(a.rows()), static_cast<int>(a.width));
  const auto offsets = on_host(a.offsets);
  const auto columns = on_host(a.columns);
  const auto values = on_host(a.values);
  for (int i = 0; i < all.rows; ++i) {
    for (auto n = offsets[i]; n < offsets[i + 1]; ++n) {
      all.values[all.at(i, columns[n])] += values[n];
      all.stored[all.at(i, columns[n])] = true;
    }
  }
  return all;
}

template <class Real>
Dense<Real> plain_product(const Dense<Real>& a, const Dense<Real>& b) {
  Dense<Real> c(a.rows, b.columns);
  for (int i = 0; i < a.rows; ++i) {
    for (int k = 0; k < a.columns; ++k) {
      for (int j = 0; j < b.columns; ++j) {
        if (!a.stored[a.at(i, k)] || !b.stored[b.at(k, j)]) continue;
        c.values[c.at(i, j)] += a.values[a.at(i, k)] * b.values[b.at(k, j)];
        c.stored[c.at(i, j)] = true;
      }
    }
  }
  return c;
}

/// The same structure, each row in order and each column once; values at most `tolerance` off.
template <class Real>
void expect_is(const Csr<Real>& found, const Dense<Real>& wanted, double tolerance = 0) {
  ASSERT_EQ(found.rows(), wanted.rows);
  ASSERT_EQ(found.width, wanted.columns);
  const auto offsets = on_host(found.offsets);
  const auto columns = on_host(found.columns);
  const auto values = on_host(found.values);
  for (int i = 0; i < wanted.rows; ++i) {
    std::vector<std::int32_t> expected;
    for (int j = 0; j < wanted.columns; ++j) {
      if (wanted.stored[wanted.at(i, j)]) expected.push_back(j);
    }
    ASSERT_THAT(std::vector<std::int32_t>(columns.begin() + offsets[i], columns.begin() + offsets[i + 1]),
                testing::ElementsAreArray(expected))
        << "row " << i;
    for (auto n = offsets[i]; n < offsets[i + 1]; ++n)
      EXPECT_NEAR(values[n], wanted.values[wanted.at(i, columns[n])], tolerance) << i << ", " << columns[n];
  }
}

/// Whole numbers, about a third of them stored, some rows empty: exact in every order.
double whole(int i, int j, int seed) {
  if (i % 5 == 3 || (7 * i + 3 * j + seed) % 3 != 0) return 0;
  return (3 * i + 5 * j + i * j + seed) % 7 - 3;
}
double broken(int i, int j, int seed) {
  return whole(i, j, seed) == 0 ? 0 : std::sin(1.0 + i + 3.7 * j + seed);
}

template <class Real>
class CsrArithmetic : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(CsrArithmetic, Reals);

struct Sizes {
  int rows, inner, columns;
};
constexpr Sizes all_sizes[] = {{1, 1, 1}, {5, 7, 3}, {3, 1, 4}, {16, 16, 16}, {40, 33, 129}, {1, 300, 1}};

TYPED_TEST(CsrArithmetic, MultipliesAsPlainLoopsDo) {
  for (const auto& sizes : all_sizes) {
    const auto a = sparse<TypeParam>(sizes.rows, sizes.inner, [](int i, int j) { return whole(i, j, 0); });
    const auto b = sparse<TypeParam>(sizes.inner, sizes.columns, [](int i, int j) { return whole(i, j, 1); });

    expect_is(multiply(Space{}, a, b), plain_product(dense(a), dense(b)));
  }
}

TYPED_TEST(CsrArithmetic, ProductsHaveTheBitsOfPlainLoopsOnAHost) {
  const auto a = sparse<TypeParam>(60, 80, [](int i, int j) { return broken(i, j, 0); });
  const auto b = sparse<TypeParam>(80, 70, [](int i, int j) { return broken(i, j, 1); });

  const double tolerance = tarn::detail::space_is_gpu ? (std::is_same_v<TypeParam, float> ? 1e-5 : 1e-14) : 0;
  expect_is(multiply(a, b), plain_product(dense(a), dense(b)), tolerance);
}

TYPED_TEST(CsrArithmetic, LongRowsAreSorted) {
  const auto a = sparse<TypeParam>(3, 2, [](int, int) { return 1; });
  const auto b = sparse<TypeParam>(2, 5000, [](int i, int j) { return (j + i) % 2 == 0 ? j % 11 + 1 : 0; });

  expect_is(multiply(a, b), plain_product(dense(a), dense(b)));
}

TYPED_TEST(CsrArithmetic, AddsAsPlainLoopsDo) {
  for (const auto& sizes : all_sizes) {
    const auto a = sparse<TypeParam>(sizes.rows, sizes.columns, [](int i, int j) { return whole(i, j, 0); });
    const auto b = sparse<TypeParam>(sizes.rows, sizes.columns, [](int i, int j) { return -2 * whole(i, j + i, 0); });
    const auto x = dense(a), y = dense(b);
    Dense<TypeParam> wanted(x.rows, x.columns);
    for (std::size_t n = 0; n < wanted.values.size(); ++n) {
      wanted.values[n] = 4 * x.values[n] + 2 * y.values[n];
      wanted.stored[n] = x.stored[n] || y.stored[n];  // what cancels stays
    }

    expect_is(add(Space{}, a, b, 4, 2), wanted);
  }
}

TYPED_TEST(CsrArithmetic, TakesRowsInAnyOrderWithColumnsTwice) {
  const auto offsets = on_device<std::int64_t>({0, 3, 3, 5});
  const auto columns = on_device<std::int32_t>({2, 0, 2, 1, 0});
  const Csr<TypeParam> a(offsets, columns, on_device<TypeParam>({1, 2, 4, 8, 16}), 3);
  const auto one = sparse<TypeParam>(3, 3, [](int i, int j) { return i == j ? 1 : 0; });
  const auto zero = sparse<TypeParam>(3, 3, [](int, int) { return 0; });

  expect_is(multiply(a, one), dense(a));
  expect_is(multiply(one, a), dense(a));
  expect_is(add(a, zero), dense(a));
  expect_is(add(zero, a), dense(a));
}

TYPED_TEST(CsrArithmetic, TakesMatricesWithoutEntriesOrRows) {
  const auto nothing = [](int, int) { return 0; };
  const auto none = sparse<TypeParam>(0, 4, nothing), empty = sparse<TypeParam>(4, 3, nothing);
  const auto full = sparse<TypeParam>(3, 2, [](int i, int j) { return i + j + 1; });

  expect_is(multiply(none, empty), Dense<TypeParam>(0, 3));
  expect_is(multiply(empty, full), Dense<TypeParam>(4, 2));
  expect_is(add(empty, empty), Dense<TypeParam>(4, 3));
  expect_is(add(none, none), Dense<TypeParam>(0, 4));
}

TYPED_TEST(CsrArithmetic, RefusesShapesThatDoNotFit) {
  const auto one = [](int, int) { return 1; };
  const auto a = sparse<TypeParam>(3, 4, one), b = sparse<TypeParam>(5, 6, one);
  const auto message_of = [](const auto& action) -> std::string {
    try {
      action();
    } catch (const ShapeMismatch& error) {
      return error.what();
    }
    return "nothing was thrown";
  };

  EXPECT_THAT(message_of([&] { multiply(a, b); }),
              testing::HasSubstr("multiply: a is 3x4, b is 5x6; inner sizes 4 and 5 differ"));
  EXPECT_THAT(message_of([&] { add(a, b); }), testing::HasSubstr("add: a is 3x4, b is 5x6; they differ"));
}

}  // namespace
}  // namespace tarn::ops
