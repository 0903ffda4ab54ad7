// Successive over-relaxation beside plain loops, and what it is worth as a preconditioner.
#include "tarn/ops/linalg/sor.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/bicgstab.hpp"
#include "tarn/ops/linalg/cg.hpp"
#include "tarn/ops/linalg/gmres.hpp"
#include "tarn/tests/ops/linalg/sparse.hpp"

namespace tarn::ops {
namespace {

using test::five_points;
using test::on_device;
using test::on_host;
using test::sparse;
using testing::HasSubstr;

template <class Real>
std::vector<Real> waves(int n, double phase) {
  std::vector<Real> values;
  for (int i = 0; i < n; ++i)
    values.push_back(static_cast<Real>(std::sin(0.7 * i + phase) + 0.2));
  return values;
}

/// A dominating diagonal, with an entry on one side of it alone.
double windy(int i, int j) {
  return i == j ? 3.7 + i % 3 : std::abs(i - j) == 1 || std::abs(i - j) == 9 ? -0.9 : i == j + 4 ? -0.3 : 0;
}

/// A sweep in the order of the colours by a plain loop.
template <class Real, class Entry>
void plain_sweep(int n, const Entry& entry, const std::vector<std::int32_t>& order, Real omega,
                 const std::vector<Real>& b, std::vector<Real>& x) {
  for (const auto i : order) {
    const auto row = static_cast<std::size_t>(i);
    Real rest = b[row];
    for (int j = 0; j < n; ++j) {
      const auto value = static_cast<Real>(entry(i, j));
      if (j != i && value != 0) rest -= value * x[static_cast<std::size_t>(j)];
    }
    x[row] = (1 - omega) * x[row] + omega * (rest / static_cast<Real>(entry(i, i)));
  }
}

template <class Real>
class SorOf : public testing::Test {
 protected:
  static constexpr double tolerance = tarn::detail::space_is_gpu ? (std::is_same_v<Real, float> ? 1e-5 : 1e-14) : 0;
};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(SorOf, Reals);

TYPED_TEST(SorOf, SweepsAsAPlainLoopInTheOrderOfTheColorsDoes) {
  for (const int n : {1, 2, 60, 131}) {
    const auto b = waves<TypeParam>(n, 0.3);
    auto wanted = waves<TypeParam>(n, 1.9);
    const auto x = on_device(wanted);
    const Sor<TypeParam> sor(Space{}, sparse<TypeParam>(n, n, windy), {.relaxation = 1.25});
    auto order = on_host(sor.colors().rows);

    sor.sweep(Space{}, on_device(b), x);
    sor.sweep(Space{}, on_device(b), x, SweepOrder::backward);

    plain_sweep<TypeParam>(n, windy, order, 1.25, b, wanted);
    std::reverse(order.begin(), order.end());  // rows of a colour do not look at each other
    plain_sweep<TypeParam>(n, windy, order, 1.25, b, wanted);
    const auto found = on_host(x);
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], wanted[i], this->tolerance) << n << ": " << i;
  }
}

TYPED_TEST(SorOf, GivesTheSameBitsTwice) {
  const auto a = sparse<TypeParam>(131, 131, windy);
  const auto b = on_device(waves<TypeParam>(131, 0.3));
  std::vector<TypeParam> found[2];
  for (auto& result : found) {
    const auto x = on_device(waves<TypeParam>(131, 1.9));
    const Sor<TypeParam> sor(Space{}, a);
    for (int n = 0; n < 5; ++n)
      sor.sweep(Space{}, b, x);
    result = on_host(x);
  }

  EXPECT_EQ(found[0], found[1]);
}

TYPED_TEST(SorOf, TakesGivenColors) {
  const int n = 48;
  const auto a = sparse<TypeParam>(n, n, five_points<8, 6>);
  std::vector<std::int32_t> black_first, order;
  for (int i = 0; i < n; ++i)
    black_first.push_back((i % 8 + i / 8 + 1) % 2);
  for (const int color : {0, 1}) {
    for (int i = 0; i < n; ++i) {
      if (black_first[static_cast<std::size_t>(i)] == color) order.push_back(i);
    }
  }
  const auto b = waves<TypeParam>(n, 0);
  auto wanted = waves<TypeParam>(n, 1);
  const auto x = on_device(wanted);

  const Sor<TypeParam> sor(Space{}, a, group_rows<TypeParam>(Space{}, a, on_device(black_first)));
  sor.sweep(Space{}, on_device(b), x);

  plain_sweep<TypeParam>(n, five_points<8, 6>, order, 1, b, wanted);
  const auto found = on_host(x);
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(found[i], wanted[i], this->tolerance) << i;
}

TYPED_TEST(SorOf, AddsUpEntriesAtTheSamePlace) {
  const Csr<TypeParam> a(on_device<std::int64_t>({0, 3, 6}), on_device<std::int32_t>({0, 1, 0, 0, 1, 0}),
                         on_device<TypeParam>({1, 2, 3, 4, 16, 4}), 2);  // 4 2; 8 16
  const auto x = on_device<TypeParam>({0, 6});

  Sor<TypeParam>(Space{}, a).sweep(Space{}, on_device<TypeParam>({4, 32}), x);

  EXPECT_EQ(on_host(x), (std::vector<TypeParam>{-2, 3}));  // (4 - 2*6)/4, (32 - 8*-2)/16
}

/// The error of the slowest wave on a grid of h = 1/(n + 1) loses 1 - cos(pi h)^2 in a sweep with omega = 1.
TEST(SorConvergence, IsThatOfTheoryOnAGrid) {
  constexpr int nx = 12, ny = 12;
  const Sor<double> sor(Space{}, sparse<double>(nx * ny, nx * ny, five_points<nx, ny>));
  const Field<double, 1> b("b", nx * ny);  // the solution is 0
  const auto x = on_device(waves<double>(nx * ny, 0.4));
  const auto largest = [&] {
    double all = 0;
    for (const double value : on_host(x))
      all = std::max(all, std::abs(value));
    return all;
  };

  for (int n = 0; n < 300; ++n)
    sor.sweep(Space{}, b, x);
  const double before = largest();
  sor.sweep(Space{}, b, x);

  EXPECT_NEAR(largest() / before, std::pow(std::cos(std::numbers::pi / (nx + 1)), 2), 1e-9);
}

TEST(SorPreconditioner, IsSymmetricAndPositive) {
  constexpr int nx = 7, ny = 5, n = nx * ny;
  for (const int sweeps : {1, 3}) {
    const Sor<double> sor(Space{}, sparse<double>(n, n, five_points<nx, ny>), {.relaxation = 1.4, .sweeps = sweeps});
    const auto u = waves<double>(n, 0.1), v = waves<double>(n, 2.5);
    const Field<double, 1> of_u("of_u", n), of_v("of_v", n);

    sor.apply(Space{}, on_device(u), of_u);
    sor.apply(Space{}, on_device(v), of_v);

    const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
      double sum = 0;
      for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
      return sum;
    };
    EXPECT_NEAR(dot(on_host(of_u), v), dot(u, on_host(of_v)), 1e-12);
    EXPECT_GT(dot(on_host(of_u), u), 0);
  }
}

/// With two colours and omega = 1 the eigenvalues are those of every second row alone: half the iterations.
TEST(SorPreconditioner, SavesIterations) {
  constexpr int nx = 30, ny = 30, n = nx * ny;
  const auto matrix = sparse<double>(n, n, five_points<nx, ny>);
  CsrOperator<double> a(matrix);
  const PlainVectors<double> vectors(n);
  const auto exact = on_device(waves<double>(n, 0.3)), b = vectors.make("b");
  a.apply(Space{}, exact, b);
  Sor<double> sor(Space{}, matrix);
  const KrylovOptions options{.tolerance = 1e-10};
  const auto error_of = [&](const Field<double, 1>& x) {
    double largest = 0;
    const auto found = on_host(x), wanted = on_host(exact);
    for (std::size_t i = 0; i < found.size(); ++i)
      largest = std::max(largest, std::abs(found[i] - wanted[i]));
    return largest;
  };
  Workspace<PlainVectors<double>> work;
  const auto plain = vectors.make("x"), by_cg = vectors.make("x"), by_gmres = vectors.make("x"),
             by_bicgstab = vectors.make("x");

  const int without = cg(Space{}, vectors, a, plain, b, options).iterations;
  const int with = cg(Space{}, vectors, a, sor, by_cg, b, options, work).iterations;
  gmres(Space{}, vectors, a, sor, by_gmres, b, options, work);
  bicgstab(Space{}, vectors, a, sor, by_bicgstab, b, options, work);

  EXPECT_LT(10 * with, 6 * without) << with << " and " << without;
  EXPECT_LT(error_of(by_cg), 1e-7);
  EXPECT_LT(error_of(by_gmres), 1e-7);
  EXPECT_LT(error_of(by_bicgstab), 1e-7);
}

template <class Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(SorErrors, NameRowsShapesAndOptions) {
  const auto a = sparse<double>(4, 4, [](int i, int j) { return i == j && i != 2 ? 1 : i == j + 1 ? 1 : 0; });
  const auto sound = sparse<double>(3, 3, [](int i, int j) { return i == j ? 1 : 0; });
  const Sor<double> sor(Space{}, sound);
  const Field<double, 1> x("x", 3), wide("wide", 4);
  const auto making = [&](const SorOptions& options) {
    return message_of([&] { Sor<double>(Space{}, sound, options); });
  };

  EXPECT_THAT(message_of([&] { Sor<double>(Space{}, a); }), HasSubstr("the diagonal of row 2 is missing, 0 or not"));
  EXPECT_THAT(message_of([&] { Sor<double>(Space{}, a, sor.colors()); }),
              HasSubstr("a is 4x4, its rows with colours are 3"));
  EXPECT_THAT(making({.relaxation = 0}), HasSubstr("the relaxation is 0, not between 0 and 2"));
  EXPECT_THAT(making({.relaxation = 2}), HasSubstr("the relaxation is 2, not between 0 and 2"));
  EXPECT_THAT(making({.sweeps = 0}), HasSubstr("0 sweeps; at least 1"));
  EXPECT_THAT(message_of([&] { sor.sweep(Space{}, wide, x); }), HasSubstr("a is 3x3, b is 4, x is 3; they do not fit"));
  EXPECT_THAT(message_of([&] { sor.sweep(Space{}, x, x); }), HasSubstr("the target x shares memory with b"));
}

}  // namespace
}  // namespace tarn::ops
