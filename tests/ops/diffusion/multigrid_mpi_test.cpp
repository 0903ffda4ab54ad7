// Diffusion operators on grids that are cut over ranks: their solutions by conjugate gradients, and the same bits on
// any number of ranks.
#include <bit>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/ops/diffusion/diffusion_operator.hpp"
#include "tarn/ops/diffusion/multigrid.hpp"
#include "tarn/ops/linalg/cg.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops {
namespace {

enum class Kind { periodic, dirichlet, neumann };

const Communicator& ranks() {
  return test::runtime().communicator();
}

struct Problem {
  std::array<int, 3> cells;
  Kind kind = Kind::dirichlet;
  bool variable = false;
  double shift = 1, scale = 1;
  std::array<double, 3> kappa{1, 1, 1};  ///< along each axis
};

/// A number of a cell's place in the domain, smooth nowhere.
double scattered(int x, int y, int z) {
  return std::sin(12.9898 * x + 78.233 * y + 37.719 * z);
}

/// The set-up of a problem on the ranks of a communicator.
template <class Real>
class Case {
 public:
  Case(const Problem& problem, const Communicator& communicator)
      : patch(Space{}, communicator, domain_of(problem), 1, choose_transport(communicator)),
        grid(patch.grid()),
        vectors(patch),
        a(patch, faces_of(problem), kappa_of(problem, grid)) {
    a.set(problem.shift, problem.scale);
  }

  /// value(x, y, z) of the places in the domain, in the block's own cells.
  template <class Value>
  Field<Real, 3> field(const Value& value) const {
    return field_on(grid, value);
  }

  template <class Preconditioner>
  KrylovResult solve(Preconditioner& m, const Field<Real, 3>& x, const Field<Real, 3>& b, double tolerance) {
    Workspace<GridVectors<Real>> work;
    return cg(Space{}, vectors, a, m, x, b, {.tolerance = tolerance, .max_iterations = 2000}, work);
  }

  /// The values at the places in the domain that this rank has: place, value.
  std::vector<std::pair<std::int64_t, Real>> values(const Field<Real, 3>& field_) const {
    const HostField<Real, 3> host("test::host", grid.cells(2), grid.cells(1), grid.cells(0));
    copy_interior_to_host<Real>(Space{}, grid, field_, host);
    std::vector<std::pair<std::int64_t, Real>> result;
    const auto& cells = grid.domain().cells;
    for (int k = 0; k < grid.cells(2); ++k) {
      for (int j = 0; j < grid.cells(1); ++j) {
        for (int i = 0; i < grid.cells(0); ++i) {
          const std::int64_t place =
              (std::int64_t{grid.offset(2) + k} * cells[1] + grid.offset(1) + j) * cells[0] + grid.offset(0) + i;
          result.emplace_back(place, host(k, j, i));
        }
      }
    }
    return result;
  }

  Patch patch;
  Grid grid;
  GridVectors<Real> vectors;
  DiffusionOperator<Real> a;

 private:
  static Domain domain_of(const Problem& problem) {
    Domain domain;
    domain.dimensions = problem.cells[2] > 1 ? 3 : problem.cells[1] > 1 ? 2 : 1;
    domain.cells = problem.cells;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      domain.periodic[axis] = problem.kind == Kind::periodic;
      domain.upper[axis] = problem.cells[axis];  // a spacing of 1
    }
    return domain;
  }
  static FaceConditions faces_of(const Problem& problem) {
    return same_conditions({problem.kind == Kind::dirichlet ? FaceRule::value : FaceRule::slope});
  }

  template <class Value>
  static Field<Real, 3> field_on(const Grid& grid, const Value& value) {
    const HostField<Real, 3> host("test::host", grid.cells(2), grid.cells(1), grid.cells(0));
    for (int k = 0; k < grid.cells(2); ++k) {
      for (int j = 0; j < grid.cells(1); ++j) {
        for (int i = 0; i < grid.cells(0); ++i)
          host(k, j, i) = static_cast<Real>(value(grid.offset(0) + i, grid.offset(1) + j, grid.offset(2) + k));
      }
    }
    const auto result = grid.template make_field<Real>("test::field");
    copy_interior_from_host<Real>(Space{}, grid, host, result);
    return result;
  }

  /// The problem's, or 0.05 to 20 times as much from face to face; the faces on the domain's two ends of a periodic
  /// axis agree.
  static FaceDiffusivity<Real> kappa_of(const Problem& problem, const Grid& grid) {
    FaceDiffusivity<Real> kappa{problem.kappa, problem.variable, {}};
    if (!problem.variable) return kappa;
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      const auto faces = grid.template make_field<Real>("test::faces");
      const auto host = Kokkos::create_mirror_view(faces);
      for (int k = 0; k < grid.extent(2); ++k) {
        for (int j = 0; j < grid.extent(1); ++j) {
          for (int i = 0; i < grid.extent(0); ++i) {
            std::array<int, 3> at{i, j, k};
            for (std::size_t n = 0; n < 3; ++n)
              at[n] = (at[n] + grid.offset(int(n)) - grid.ghosts(int(n)) + problem.cells[n]) %
                      (problem.cells[n] + (problem.kind == Kind::periodic ? 0 : 1));
            host(k, j, i) = static_cast<Real>(problem.kappa[std::size_t(axis)] *
                                              std::exp(3 * scattered(at[0], at[1] + axis, at[2])));
          }
        }
      }
      Kokkos::deep_copy(faces, host);
      kappa.on_face[axis] = faces;
    }
    return kappa;
  }
};

/// Sizes that divide by nothing, with one cell along an axis, and powers of two.
const std::vector<Problem> problems{
    {{37, 1, 1}, Kind::dirichlet, false, 1, 1000},
    {{64, 1, 1}, Kind::periodic, true, 1, 100},
    {{23, 17, 1}, Kind::neumann, true, 1, 50},
    {{32, 32, 1}, Kind::dirichlet, true, 0, 1},
    {{13, 15, 1}, Kind::periodic, false, 1, 1e4},
    {{9, 11, 7}, Kind::dirichlet, true, 1, 100},
    {{8, 12, 10}, Kind::periodic, true, 0.5, 20},
    {{10, 7, 9}, Kind::neumann, false, 1, 1e3},
    {{37, 41, 1}, Kind::dirichlet, false, 0, 1, {1, 0.01, 1}},
    {{11, 14, 9}, Kind::periodic, false, 1, 100, {0.02, 1, 0.3}},
    {{13, 9, 10}, Kind::neumann, true, 1, 20, {1, 0.01, 0.1}},
    {{12, 16, 1}, Kind::dirichlet, false, 1, 100, {0, 1, 1}},
};

template <class Real>
class FieldCg : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(FieldCg, Reals);

TYPED_TEST(FieldCg, FindsTheKnownSolutionWithEitherPreconditioner) {
  using Real = TypeParam;
  const double tolerance = std::is_same_v<Real, float> ? 1e-6 : 1e-13;
  for (const auto& problem : problems) {
    SCOPED_TRACE(
        fmt::format("{} x {} x {}, kind {}", problem.cells[0], problem.cells[1], problem.cells[2], int(problem.kind)));
    Case<Real> setup(problem, ranks());
    const auto exact = setup.field(scattered);
    const auto b = setup.vectors.make("b");
    setup.a.apply(Space{}, exact, b);
    DiffusionMultigrid<Real> multigrid(setup.a);
    DiffusionJacobi<Real> jacobi(setup.a);
    const auto by_multigrid = setup.vectors.make("x"), by_jacobi = setup.vectors.make("x");

    const auto few = setup.solve(multigrid, by_multigrid, b, tolerance);
    const auto many = setup.solve(jacobi, by_jacobi, b, tolerance);

    // The operator's condition is some ten thousand at most.
    const double close = 3e4 * tolerance;
    const auto wanted = setup.values(exact), found = setup.values(by_multigrid), other = setup.values(by_jacobi);
    for (std::size_t n = 0; n < wanted.size(); ++n) {
      ASSERT_NEAR(found[n].second, wanted[n].second, close);
      ASSERT_NEAR(other[n].second, wanted[n].second, close);
    }
    // Conductances that jump by up to 400 from each face to the next are the worst case for coarse grids.
    EXPECT_LE(few.iterations, problem.variable ? 90 : 40);
    EXPECT_GT(many.iterations, few.iterations);
  }
}

// The whole domain on each rank by itself is what every decomposition has to reproduce.
TYPED_TEST(FieldCg, HasTheSameBitsOnAnyNumberOfRanks) {
  using Real = TypeParam;
  const Communicator alone(MPI_COMM_SELF);
  for (const auto& problem : problems) {
    SCOPED_TRACE(
        fmt::format("{} x {} x {}, kind {}", problem.cells[0], problem.cells[1], problem.cells[2], int(problem.kind)));
    Case<Real> cut(problem, ranks()), whole(problem, alone);
    DiffusionMultigrid<Real> cut_multigrid(cut.a), whole_multigrid(whole.a);
    const auto x = cut.vectors.make("x"), y = whole.vectors.make("y");

    const auto first = cut.solve(cut_multigrid, x, cut.field(scattered), 1e-5);
    const auto second = whole.solve(whole_multigrid, y, whole.field(scattered), 1e-5);

    EXPECT_EQ(first.history, second.history);
    const auto all = whole.values(y);
    for (const auto& [place, value] : cut.values(x))
      ASSERT_EQ(std::memcmp(&value, &all[static_cast<std::size_t>(place)].second, sizeof(Real)), 0) << place;
  }
}

/// Large enough that coarse grids are cut into blocks too, which lie elsewhere than the fine ones.
std::vector<std::int64_t> sizes_with_the_same_bits(const Problem& problem) {
  const Communicator alone(MPI_COMM_SELF);
  Case<double> cut(problem, ranks()), whole(problem, alone);
  DiffusionMultigrid<double> cut_multigrid(cut.a), whole_multigrid(whole.a);
  const auto z = cut.vectors.make("z"), y = whole.vectors.make("y");

  cut_multigrid.apply(Space{}, cut.field(scattered), z);
  whole_multigrid.apply(Space{}, whole.field(scattered), y);

  const auto all = whole.values(y);
  for (const auto& [place, value] : cut.values(z))
    EXPECT_EQ(std::bit_cast<std::uint64_t>(value),
              std::bit_cast<std::uint64_t>(all[static_cast<std::size_t>(place)].second));
  return cut_multigrid.sizes();
}

TEST(Multigrid, HasTheSameBitsWhereCoarseGridsAreCut) {
  const auto sizes = sizes_with_the_same_bits({{601, 433, 1}, Kind::dirichlet, true, 1, 300});
  const auto along_x = sizes_with_the_same_bits({{601, 433, 1}, Kind::dirichlet, true, 1, 300, {1, 0.01, 1}});

  EXPECT_THAT(sizes, testing::ElementsAre(601 * 433, 301 * 217, 151 * 109, 76 * 55, 38 * 28, 19 * 14, 10 * 7, 5 * 4,
                                          3 * 2, 2 * 1, 1));
  // A quarter of the coupling is left with each pair along x, until both axes are alike.
  EXPECT_THAT(along_x, testing::ElementsAre(601 * 433, 301 * 433, 151 * 433, 76 * 433, 38 * 217, 19 * 109, 10 * 55,
                                            5 * 28, 3 * 14, 2 * 7, 1 * 4, 2, 1));
}

/// Iterations to eight digits for Poisson's equation with values of 0 on all sides.
int iterations_on(std::array<int, 3> cells, std::array<double, 3> kappa = {1, 1, 1}) {
  Case<double> setup({cells, Kind::dirichlet, false, 0, 1, kappa}, ranks());
  DiffusionMultigrid<double> multigrid(setup.a);
  return setup.solve(multigrid, setup.vectors.make("x"), setup.field(scattered), 1e-8).iterations;
}

TEST(Multigrid, TakesAboutAsManyIterationsOnAFineGridAsOnACoarseOne) {
  const int coarse = iterations_on({16, 16, 1}), fine = iterations_on({256, 256, 1}), odd = iterations_on({201, 97, 1});
  const int coarse_3d = iterations_on({8, 8, 8}), fine_3d = iterations_on({48, 48, 48});

  RecordProperty("iterations", fmt::format("{} {} {} {} {}", coarse, fine, odd, coarse_3d, fine_3d));
  EXPECT_LE(coarse, 14);
  EXPECT_LE(fine, 22);
  EXPECT_LE(odd, 25);
  EXPECT_LE(coarse_3d, 14);
  EXPECT_LE(fine_3d, 20);
}

TEST(Multigrid, TakesAboutAsManyIterationsWhereOneAxisConductsAHundredTimesBetter) {
  const int along_x = iterations_on({256, 256, 1}, {1, 0.01, 1}), along_y = iterations_on({256, 256, 1}, {0.01, 1, 1});
  const int more = iterations_on({256, 256, 1}, {1, 1e-4, 1}), layers = iterations_on({48, 48, 48}, {1, 1, 0.01});
  const int threads = iterations_on({48, 48, 48}, {1, 0.01, 0.01}), all = iterations_on({48, 48, 48}, {1, 0.1, 0.01});

  RecordProperty("iterations", fmt::format("{} {} {} {} {} {}", along_x, along_y, more, layers, threads, all));
  for (const int iterations : {along_x, along_y, more, layers, threads, all})
    EXPECT_LE(iterations, 25);
}

TEST(Multigrid, CountsItsCoarseCells) {
  const Domain square{2, {64, 64, 1}}, box{3, {32, 32, 32}};

  EXPECT_NEAR(DiffusionMultigrid<double>::coarse_cells(square, {1, 1, 0}), 1.0 / 3, 1e-3);
  EXPECT_NEAR(DiffusionMultigrid<double>::coarse_cells(box, {1, 1, 1}), 1.0 / 7, 1e-3);
  EXPECT_EQ(DiffusionMultigrid<double>::coarse_cells(square, {100, 1, 0}),
            (32 * 64 + 16 * 64 + 8 * 64 + 4 * 32 + 2 * 16 + 8 + 4 + 2 + 1) / 4096.0);
}

/// x . M y = y . M x, and x . M x > 0: what conjugate gradients ask for.
TEST(Multigrid, IsSymmetricAndPositiveDefinite) {
  for (const auto& problem : problems) {
    Case<double> setup(problem, ranks());
    DiffusionMultigrid<double> multigrid(setup.a);
    const auto x = setup.field(scattered), y = setup.field([](int i, int j, int k) { return scattered(k + 3, i, j); });
    const auto mx = setup.vectors.make("mx"), my = setup.vectors.make("my");

    multigrid.apply(Space{}, x, mx);
    multigrid.apply(Space{}, y, my);

    const auto& cells = setup.vectors.cells();
    const double x_my = detail::dot<double>(Space{}, cells, x, my), y_mx = detail::dot<double>(Space{}, cells, y, mx);
    const double x_mx = detail::dot<double>(Space{}, cells, x, mx);
    EXPECT_GT(x_mx, 0);
    EXPECT_NEAR(x_my, y_mx, 1e-12 * x_mx);
  }
}

TEST(FieldCgErrors, AreToldOnEveryRank) {
  Case<double> setup({{32, 32, 1}, Kind::dirichlet, false, 0, 1}, ranks());
  NoPreconditioner none;
  Workspace<GridVectors<double>> work;
  const auto b = setup.field(scattered), x = setup.vectors.make("x");

  EXPECT_THROW(cg(Space{}, setup.vectors, setup.a, none, x, b, {.tolerance = 1e-10, .max_iterations = 3}, work),
               NotConverged);
  setup.a.set(-1, 1);
  EXPECT_THROW(cg(Space{}, setup.vectors, setup.a, none, x, b, {}, work), NotConverged);
}

}  // namespace
}  // namespace tarn::ops
