#include "tarn/ops/formula/evaluate.hpp"

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/ops/formula/on_device.hpp"

namespace tarn::ops {
namespace {

template <class Real>
class SetFromFormula : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(SetFromFormula, Reals);

Domain box(int dimensions, std::array<int, 3> cells) {
  Domain domain;
  domain.dimensions = dimensions;
  domain.cells = cells;
  domain.lower = {0, 10, -1};
  domain.upper = {cells[0] * 0.5, 10 + cells[1] * 0.25, -1 + cells[2] * 2.0};  // spacings are powers of two
  return domain;
}

Grid part_of(const Domain& domain, int ranks, int rank, int ghosts) {
  return Grid(domain, Decomposition(domain.cells, domain.periodic, ranks, rank, ghosts > 0 ? ghosts : 1), ghosts);
}

template <class Real>
auto on_host(const Field<Real, 3>& field) {
  const auto host = Kokkos::create_mirror_view(field);
  Kokkos::deep_copy(host, field);
  return host;
}

/// The formula on the whole grid, ghosts included.
template <class Real>
auto evaluated(const Formula& formula, const Grid& grid, double t = 0) {
  const auto field = grid.make_field<Real>("test::field");
  set_from_formula<Real>(Space{}, formula, grid, grid.whole(), field, t, 11, 3);
  return on_host<Real>(field);
}

TYPED_TEST(SetFromFormula, TakesTheCentersOfTheCellsAndTheTime) {
  const auto grid = part_of(box(3, {4, 3, 2}), 1, 0, 1);
  const Formula formula("x + 100*y + 10000*z + t", test::cell_context());

  const auto got = evaluated<TypeParam>(formula, grid, 0.5);

  // Cell (i, j, k) has its centre at (0.25 + i/2, 10.125 + j/4, 0 + 2k); ghosts add one to every index.
  EXPECT_EQ(got(1, 1, 1), static_cast<TypeParam>(0.25 + 1012.5 + 0 + 0.5));
  EXPECT_EQ(got(2, 3, 4), static_cast<TypeParam>(1.75 + 1062.5 + 20000 + 0.5));
  EXPECT_EQ(got(0, 0, 0), static_cast<TypeParam>(-0.25 + 987.5 - 20000 + 0.5));  // a ghost at its own place
}

TYPED_TEST(SetFromFormula, TakesVariablesByName) {
  const auto grid = part_of(box(1, {4, 1, 1}), 1, 0, 0);
  const Formula formula("t - x", {{"t", "x"}, {}, false, {}});

  const auto got = evaluated<TypeParam>(formula, grid, 10);

  EXPECT_EQ(got(0, 0, 3), TypeParam(8.25));
}

TYPED_TEST(SetFromFormula, SetsTheRangeAndNoMore) {
  const auto grid = part_of(box(2, {5, 4, 1}), 1, 0, 2);
  const auto field = grid.make_field<TypeParam>("test::field");

  set_from_formula<TypeParam>(Space{}, Formula::constant(7), grid, grid.interior(), field, 0, 0, 0);

  const auto got = on_host<TypeParam>(field);
  for (int j = 0; j < 8; ++j) {
    for (int i = 0; i < 9; ++i) {
      const bool inside = j >= 2 && j < 6 && i >= 2 && i < 7;
      EXPECT_EQ(got(0, j, i), TypeParam(inside ? 7 : 0)) << j << " " << i;
    }
  }
}

TYPED_TEST(SetFromFormula, RoundsADoubleResult) {
  const auto grid = part_of(box(1, {1, 1, 1}), 1, 0, 0);

  const auto got = evaluated<TypeParam>(Formula("(1 + 1e-10*(x+1)/(x+1) - 1) * 1e10", test::cell_context()), grid);

  EXPECT_NEAR(got(0, 0, 0), 1, 1e-5);  // in single precision alone it would be 0
  EXPECT_TRUE(std::isnan(evaluated<TypeParam>(Formula("log(-x)", test::cell_context()), grid)(0, 0, 0)));
}

/// The formula on every rank's block, put together.
template <class Real>
std::vector<Real> assembled(const Formula& formula, const Domain& domain, int ranks) {
  std::vector<Real> whole(domain.size(), Real(-1));
  for (int rank = 0; rank < ranks; ++rank) {
    const auto grid = part_of(domain, ranks, rank, 1);
    const auto got = evaluated<Real>(formula, grid);
    for (int k = 0; k < grid.cells(2); ++k) {
      for (int j = 0; j < grid.cells(1); ++j) {
        for (int i = 0; i < grid.cells(0); ++i) {
          const auto row = (grid.offset(2) + k) * domain.cells[1] + grid.offset(1) + j;
          whole[row * domain.cells[0] + grid.offset(0) + i] =
              got(k + grid.ghosts(2), j + grid.ghosts(1), i + grid.ghosts(0));
        }
      }
    }
  }
  return whole;
}

TYPED_TEST(SetFromFormula, GivesTheSameBitsOnAnyDecomposition) {
  const auto domain = box(3, {13, 7, 5});
  const Formula formula("sin(x*y) + random * exp(-z) - random", test::cell_context());

  const auto alone = assembled<TypeParam>(formula, domain, 1);

  for (const int ranks : {2, 3, 4, 7, 12}) {
    EXPECT_EQ(assembled<TypeParam>(formula, domain, ranks), alone) << ranks << " ranks";
  }
}

TYPED_TEST(SetFromFormula, GivesACellTheRandomNumberOfItsPlaceInTheDomain) {
  const auto domain = box(2, {5, 3, 1});

  const auto numbers = assembled<TypeParam>(Formula("random", test::cell_context()), domain, 2);

  for (std::size_t cell = 0; cell < numbers.size(); ++cell) {
    EXPECT_EQ(numbers[cell], static_cast<TypeParam>(uniform(11, 3, cell)));
  }
}

TYPED_TEST(SetFromFormula, GivesGhostsTheRandomNumberOfThePeriodicImage) {
  const auto grid = part_of(box(1, {6, 1, 1}), 2, 1, 2);  // cells 3, 4, 5

  const auto got = evaluated<TypeParam>(Formula("random", test::cell_context()), grid);

  EXPECT_EQ(got(0, 0, 0), static_cast<TypeParam>(uniform(11, 3, 1)));
  EXPECT_EQ(got(0, 0, 6), static_cast<TypeParam>(uniform(11, 3, 1)));
}

// Rows shorter and longer than what a host takes at a time.
TYPED_TEST(SetFromFormula, HasTheBitsOfEveryCellAlone) {
  const Formula formula("x > 2 ? sin(x * y) + z^t : atan2(y, x) / exp(-z)", test::cell_context());
  for (const auto& cells : {std::array{700, 3, 1}, std::array{1, 90, 7}, std::array{3, 5, 41}, std::array{256, 2, 2}}) {
    const auto grid = part_of(box(3, cells), 1, 0, 1);

    const auto got = evaluated<TypeParam>(formula, grid, 1.5);

    const CellCenters centers(grid);
    for (int k = 0; k < grid.extent(2); ++k) {
      for (int j = 0; j < grid.extent(1); ++j) {
        for (int i = 0; i < grid.extent(0); ++i) {
          const double variables[] = {centers(0, i), centers(1, j), centers(2, k), 1.5};
          const auto alone = static_cast<TypeParam>(formula.evaluate(variables));
          if (alone == alone) {
            ASSERT_EQ(got(k, j, i), alone) << k << " " << j << " " << i;
          } else {
            ASSERT_TRUE(std::isnan(got(k, j, i))) << k << " " << j << " " << i;
          }
        }
      }
    }
  }
}

TYPED_TEST(SetFromFormula, GivesEveryCellOfALongRowItsRandomNumber) {
  const auto grid = part_of(box(2, {1000, 3, 1}), 1, 0, 2);

  const auto got = evaluated<TypeParam>(Formula("random", test::cell_context()), grid);

  for (int j = 0; j < 7; ++j) {
    for (int i = 0; i < 1004; ++i) {
      const auto cell = static_cast<std::uint64_t>((i + 998) % 1000 + 1000 * ((j + 1) % 3));
      ASSERT_EQ(got(0, j, i), static_cast<TypeParam>(uniform(11, 3, cell))) << j << " " << i;
    }
  }
}

TYPED_TEST(SetFromFormula, RefusesWhatDoesNotFit) {
  const auto grid = part_of(box(1, {6, 1, 1}), 1, 0, 1);
  const auto field = grid.make_field<TypeParam>("test::field");
  const Field<TypeParam, 3> small("test::small", 1, 1, 6);
  const Formula other("u", {{"u"}, {}, false, {}});
  CellRange beyond = grid.whole();
  ++beyond.end[0];

  EXPECT_THROW(set_from_formula<TypeParam>(Space{}, Formula::constant(1), grid, grid.whole(), small, 0, 0, 0),
               ShapeMismatch);
  EXPECT_THROW(set_from_formula<TypeParam>(Space{}, other, grid, grid.whole(), field, 0, 0, 0), Error);
  EXPECT_THROW(set_from_formula<TypeParam>(Space{}, Formula::constant(1), grid, beyond, field, 0, 0, 0), Error);
}

/// As the kernels that a GPU's driver compiles are kept.
TEST(Formula, KeepsWhatIsMadeOfItOnceForATypeAndAKey) {
  const Formula formula("2 * x", {{"x"}, {}, false, {}});
  const Formula alike("2 * x", {{"x"}, {}, false, {}});
  const std::vector<Formula> copies{formula};
  int made = 0;
  const auto kept = [&](const Formula& of, const std::string& key) {
    return of.kept<int>(key, [&] { return std::make_shared<const int>(++made); });
  };

  const auto first = kept(formula, "float");

  EXPECT_EQ(kept(formula, "float"), first);
  EXPECT_EQ(kept(copies[0], "float"), first);
  EXPECT_EQ(made, 1);
  EXPECT_EQ(*kept(formula, "double"), 2);
  EXPECT_EQ(*formula.kept<double>("float", [] { return std::make_shared<const double>(0.5); }), 0.5);
  EXPECT_EQ(*kept(alike, "float"), 3);
}

}  // namespace
}  // namespace tarn::ops
