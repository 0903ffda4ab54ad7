// Krylov methods on plain vectors: systems whose solution is known, and systems that they have to refuse.
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/bicgstab.hpp"
#include "tarn/ops/linalg/cg.hpp"
#include "tarn/ops/linalg/gmres.hpp"
#include "tarn/tests/ops/linalg/sparse.hpp"

namespace tarn::ops {
namespace {

using test::on_device;
using test::on_host;
using test::sparse;

template <class Real>
using Vector = Field<Real, 1>;
template <class Real>
using Vectors = PlainVectors<Real>;

/// The second difference with a diagonal that varies: symmetric positive definite.
double symmetric(int i, int j) {
  return i == j ? 2.5 + i % 7 : std::abs(i - j) == 1 ? -1 : 0;
}
/// The same with a wind: not symmetric.
double windy(int i, int j) {
  return symmetric(i, j) + (j == i - 1 ? -0.8 : 0);
}

std::vector<double> known_solution(int n) {
  std::vector<double> x;
  for (int i = 0; i < n; ++i)
    x.push_back(std::sin(0.3 * i) + 0.01 * i);
  return x;
}

template <class Real>
class Krylov : public testing::Test {
 protected:
  static constexpr double tolerance = std::is_same_v<Real, float> ? 1e-5 : 1e-12;

  /// Solves a system of n equations with `method(vectors, operator, jacobi, x, b, options, work)`.
  template <class Entry, class Method>
  KrylovResult expect_solves(int n, const Entry& entry, const Method& method, int max_iterations = 200) {
    const Vectors<Real> vectors(n);
    const auto matrix = sparse<Real>(n, n, entry);
    CsrOperator<Real> a(matrix);
    const auto wanted = known_solution(n);
    const auto exact = on_device(std::vector<Real>(wanted.begin(), wanted.end()));
    const auto x = vectors.make("x"), b = vectors.make("b"), inverse = vectors.make("inverse");
    a.apply(Space{}, exact, b);
    diagonal<Real>(Space{}, matrix, inverse);
    auto diagonal_values = on_host(inverse);
    for (auto& value : diagonal_values)
      value = 1 / value;
    const DiagonalPreconditioner<Vectors<Real>> jacobi(vectors, on_device(diagonal_values));
    Workspace<Vectors<Real>> work;

    const KrylovResult result =
        method(vectors, a, jacobi, x, b, KrylovOptions{.tolerance = tolerance, .max_iterations = max_iterations}, work);

    const auto found = on_host(x);
    for (int i = 0; i < n; ++i)
      EXPECT_NEAR(found[static_cast<std::size_t>(i)], wanted[static_cast<std::size_t>(i)], 30 * tolerance) << i;
    EXPECT_LE(result.residual, 2 * result.target);
    EXPECT_EQ(result.history.size(), static_cast<std::size_t>(result.iterations) + 1);
    return result;
  }
};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(Krylov, Reals);

const auto by_cg = [](const auto& v, auto& a, const auto&, const auto& x, const auto& b, const auto& options,
                      auto& work) { return cg(Space{}, v, a, NoPreconditioner{}, x, b, options, work); };
const auto by_jacobi_cg = [](const auto& v, auto& a, const auto& m, const auto& x, const auto& b, const auto& options,
                             auto& work) { return cg(Space{}, v, a, m, x, b, options, work); };
const auto by_bicgstab = [](const auto& v, auto& a, const auto&, const auto& x, const auto& b, const auto& options,
                            auto& work) { return bicgstab(Space{}, v, a, NoPreconditioner{}, x, b, options, work); };
const auto by_jacobi_bicgstab = [](const auto& v, auto& a, const auto& m, const auto& x, const auto& b,
                                   const auto& options,
                                   auto& work) { return bicgstab(Space{}, v, a, m, x, b, options, work); };
const auto by_gmres = [](const auto& v, auto& a, const auto&, const auto& x, const auto& b, auto options, auto& work) {
  options.restart = 8;
  return gmres(Space{}, v, a, NoPreconditioner{}, x, b, options, work);
};
const auto by_jacobi_gmres = [](const auto& v, auto& a, const auto& m, const auto& x, const auto& b,
                                const auto& options,
                                auto& work) { return gmres(Space{}, v, a, m, x, b, options, work); };

TYPED_TEST(Krylov, SolvesASymmetricSystemByEveryMethod) {
  const auto plain = this->expect_solves(100, symmetric, by_cg);
  const auto with_jacobi = this->expect_solves(100, symmetric, by_jacobi_cg);
  EXPECT_LT(with_jacobi.iterations, plain.iterations);  // the diagonal varies sixfold
  this->expect_solves(100, symmetric, by_bicgstab);
  this->expect_solves(100, symmetric, by_gmres);
}

TYPED_TEST(Krylov, SolvesASystemThatIsNotSymmetric) {
  this->expect_solves(100, windy, by_bicgstab);
  this->expect_solves(100, windy, by_jacobi_bicgstab);
  this->expect_solves(100, windy, by_gmres);
  this->expect_solves(100, windy, by_jacobi_gmres);
}

TYPED_TEST(Krylov, SolvesTheSmallestSystems) {
  for (const auto& method : {1, 2}) {
    this->expect_solves(method, symmetric, by_cg);
    this->expect_solves(method, symmetric, by_bicgstab);
    this->expect_solves(method, symmetric, by_gmres);
  }
}

// In exact arithmetic cg needs as many iterations as the matrix has different eigenvalues.
TYPED_TEST(Krylov, NeedsOneIterationForEachDifferentEigenvalue) {
  const auto three_values = [](int i, int j) { return i != j ? 0 : 1 + i % 3; };
  const auto result = this->expect_solves(60, three_values, by_cg, 4);
  EXPECT_EQ(result.iterations, 3);
}

TYPED_TEST(Krylov, RefusesASolutionThatIsTheRightHandSide) {
  const Vectors<TypeParam> vectors(3);
  CsrOperator<TypeParam> a(sparse<TypeParam>(3, 3, symmetric));
  const auto b = on_device(std::vector<TypeParam>{1, 2, 3});
  Workspace<Vectors<TypeParam>> work;
  const NoPreconditioner none;
  const KrylovOptions from_zero{.zero_start = true};  // it would clear b, which x = 0 then solves

  EXPECT_THROW(cg(Space{}, vectors, a, none, b, b, from_zero, work), Error);
  EXPECT_THROW(gmres(Space{}, vectors, a, none, b, b, from_zero, work), Error);
  EXPECT_THROW(bicgstab(Space{}, vectors, a, none, b, b, from_zero, work), Error);
  EXPECT_EQ(on_host(b)[2], 3);
}

/// A start that is the solution, and a right-hand side of zeros, take no iteration.
TYPED_TEST(Krylov, TakesNoIterationWhereNothingIsLeftToDo) {
  const Vectors<TypeParam> vectors(5);
  CsrOperator<TypeParam> a(sparse<TypeParam>(5, 5, symmetric));
  const auto x = on_device(std::vector<TypeParam>{1, 2, 3, 4, 5}), b = vectors.make("b");
  const auto zero = vectors.make("zero"), zeros = vectors.make("zeros");
  a.apply(Space{}, x, b);

  EXPECT_EQ(cg(Space{}, vectors, a, x, b, {}).iterations, 0);
  EXPECT_EQ(cg(Space{}, vectors, a, zero, zeros, {}).iterations, 0);
  EXPECT_EQ(on_host(x)[4], 5);

  Workspace<Vectors<TypeParam>> work;
  EXPECT_EQ(gmres(Space{}, vectors, a, NoPreconditioner{}, zero, zeros, {}, work).iterations, 0);
  EXPECT_EQ(bicgstab(Space{}, vectors, a, NoPreconditioner{}, zero, zeros, {}, work).iterations, 0);
}

TEST(KrylovStart, IsTakenToBeZeroOnRequest) {
  const Vectors<double> vectors(5);
  CsrOperator<double> a(sparse<double>(5, 5, symmetric));
  const auto exact = on_device(std::vector<double>{1, 2, 3, 4, 5}), b = vectors.make("b");
  const auto x = on_device(std::vector<double>(5, std::numeric_limits<double>::quiet_NaN()));
  a.apply(Space{}, exact, b);

  cg(Space{}, vectors, a, x, b, {.tolerance = 1e-13, .zero_start = true});

  EXPECT_NEAR(on_host(x)[4], 5, 1e-11);
}

/// What a method says of a system of n equations with b of ones.
template <class Entry, class Method>
std::string refusal(int n, const Entry& entry, const Method& method, const KrylovOptions& options = {}) {
  const Vectors<double> vectors(n);
  const auto matrix = sparse<double>(n, n, entry);
  CsrOperator<double> a(matrix);
  const DiagonalPreconditioner<Vectors<double>> none(vectors,
                                                     on_device(std::vector<double>(static_cast<std::size_t>(n), -1.0)));
  Workspace<Vectors<double>> work;
  const auto b = on_device(std::vector<double>(static_cast<std::size_t>(n), 1.0));
  try {
    method(vectors, a, none, vectors.make("x"), b, options, work);
  } catch (const NotConverged& error) {
    EXPECT_EQ(error.kind(), ErrorKind::numerics);
    return error.what();
  }
  return "no error";
}

TEST(KrylovErrors, TellIterationsResidualAndTarget) {
  const KrylovOptions two{.tolerance = 1e-10, .max_iterations = 2};
  const auto pattern =
      testing::MatchesRegex(".*no convergence after 2 iterations; the residual is [0-9].*e.*, its target 1.000e-09");
  const auto laplacian = [](int i, int j) { return i == j ? 2 : std::abs(i - j) == 1 ? -1 : 0; };
  EXPECT_THAT(refusal(100, laplacian, by_cg, two), pattern);
  EXPECT_THAT(refusal(100, laplacian, by_bicgstab, two), pattern);
  EXPECT_THAT(refusal(100, laplacian, by_gmres, two), testing::HasSubstr("after 2 iterations"));
}

TEST(KrylovErrors, AreSingularAndIndefiniteSystems) {
  const auto indefinite = [](int i, int j) { return i != j ? 0 : i % 2 == 0 ? 1 : -3; };
  const auto singular = [](int i, int j) { return i == j && i > 0 ? 1.0 * i : 0; };  // b is out of its reach
  EXPECT_THAT(refusal(10, indefinite, by_cg), testing::HasSubstr("an operator that is not positive definite"));
  EXPECT_THAT(refusal(10, symmetric, by_jacobi_cg),
              testing::HasSubstr("a preconditioner that is not positive definite"));
  EXPECT_THAT(refusal(10, singular, by_cg), testing::HasSubstr("cg: "));
  EXPECT_THAT(refusal(10, singular, by_bicgstab), testing::HasSubstr("bicgstab: "));
  EXPECT_THAT(refusal(10, singular, by_gmres), testing::HasSubstr("gmres: "));
  EXPECT_EQ(refusal(10, indefinite, by_gmres), "no error");
}

TEST(KrylovErrors, AreNumbersThatAreNotFinite) {
  const auto nan = [](int i, int j) { return i != j ? 0 : i == 3 ? std::numeric_limits<double>::quiet_NaN() : 1; };
  for (const auto& said : {refusal(10, nan, by_cg), refusal(10, nan, by_bicgstab), refusal(10, nan, by_gmres)})
    EXPECT_THAT(said, testing::HasSubstr("not "));
}

TEST(KrylovErrors, AreVectorsThatDoNotFit) {
  const Vectors<double> vectors(5), others(6);
  CsrOperator<double> a(sparse<double>(5, 5, symmetric));
  EXPECT_THROW(cg(Space{}, vectors, a, vectors.make("x"), others.make("b"), {}), ShapeMismatch);
}

template <class Real>
class Sparse : public testing::Test {};
TYPED_TEST_SUITE(Sparse, Reals);

TYPED_TEST(Sparse, ProductIsTheSumOfTheEntries) {
  const auto a = sparse<TypeParam>(3, 4, [](int i, int j) { return i == 1 ? 0 : i + 2 * j; });  // row 1 is empty
  const auto x = on_device(std::vector<TypeParam>{1, 2, 3, 4});
  const auto y = on_device(std::vector<TypeParam>(3, std::numeric_limits<TypeParam>::quiet_NaN()));

  spmv<TypeParam>(Space{}, a, x, y);
  EXPECT_EQ(on_host(y), (std::vector<TypeParam>{40, 0, 60}));  // 0 2 4 6; empty; 2 4 6 8

  spmv<TypeParam>(Space{}, a, x, y, 2, -1);
  EXPECT_EQ(on_host(y), (std::vector<TypeParam>{40, 0, 60}));
}

TYPED_TEST(Sparse, MayHaveNoRows) {
  const auto a = sparse<TypeParam>(0, 4, [](int, int) { return 1; });
  const Vector<TypeParam> x("x", 4), y("y", 0);

  spmv<TypeParam>(Space{}, a, x, y);

  EXPECT_EQ(a.rows(), 0);
}

std::string said_of(std::vector<std::int64_t> offsets, std::vector<std::int32_t> columns, std::vector<double> values) {
  try {
    Csr<double>(on_device(offsets), on_device(columns), on_device(values), 3);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(SparseErrors, NameTheFirstWrongRow) {
  EXPECT_EQ(said_of({0, 1, 3}, {0, 1, 2}, {1, 2, 3}), "no error");
  EXPECT_THAT(said_of({}, {}, {}), testing::HasSubstr("no offsets"));
  EXPECT_THAT(said_of({0, 2}, {0, 1}, {1}), testing::HasSubstr("2 columns for 1 values"));
  EXPECT_THAT(said_of({0, 1}, {0, 1}, {1, 2}), testing::HasSubstr("the offsets run from 0 to 1, not from 0 to 2"));
  EXPECT_THAT(said_of({0, 2, 1, 2}, {0, 1}, {1, 2}), testing::HasSubstr("row 1 of 3"));
  EXPECT_THAT(said_of({0, 1, 2}, {0, 3}, {1, 2}), testing::HasSubstr("row 1 of 2"));
  EXPECT_THAT(said_of({0, 1, 2}, {-1, 1}, {1, 2}), testing::HasSubstr("a column outside 0 to 2"));
}

TEST(SparseErrors, NameShapesAndOverlap) {
  const auto a = sparse<double>(3, 3, symmetric);
  const Vector<double> x("x", 3), wide("wide", 4);
  try {
    spmv<double>(Space{}, a, wide, x);
    FAIL() << "no error";
  } catch (const ShapeMismatch& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("spmv: a is 3x3, x is 4, y is 3"));
    EXPECT_THAT(error.what(), testing::HasSubstr("krylov_test.cpp:"));
  }
  EXPECT_THROW(spmv<double>(Space{}, a, x, x), Error);
}

}  // namespace
}  // namespace tarn::ops
