#include "tarn/apps/euler/reconstruction.hpp"
#include "tarn/apps/euler/rows.hpp"
#include "tarn/core/pragmas.hpp"

namespace tarn::apps::euler {

namespace {

/// The cells around number i of some rows, the middle row's in the middle.
template <class Real, int Rows>
struct Across {
  const Real* row[Rows];
  Index i;

  KOKKOS_FORCEINLINE_FUNCTION Real operator()(int n) const { return row[n + Rows / 2][i]; }
};

template <class Scheme, class Real>
void edges_of_row(const Real* const* cells, Real* lower, Real* upper, Index count) {
  constexpr int rows = 2 * Scheme::width - 1;
  Across<Real, rows> q;
  for (int n = 0; n < rows; ++n)
    q.row[n] = cells[n];
  TARN_INDEPENDENT_ITERATIONS
  for (Index i = 0; i < count; ++i) {
    Across<Real, rows> at = q;
    at.i = i;
    const auto edges = Scheme::edges(at);
    lower[i] = edges.lower;
    upper[i] = edges.upper;
  }
}

}  // namespace

template <class Real>
EdgeRow<Real> edge_row(Reconstruction scheme) {
  switch (scheme) {
    case Reconstruction::constant:
      return edges_of_row<PiecewiseConstant, Real>;
    case Reconstruction::minmod:
      return edges_of_row<Plm<Minmod>, Real>;
    case Reconstruction::van_leer:
      return edges_of_row<Plm<VanLeer>, Real>;
    case Reconstruction::mc:
      return edges_of_row<Plm<MonotonizedCentral>, Real>;
    case Reconstruction::ppm:
      return edges_of_row<Ppm, Real>;
    default:
      return edges_of_row<Weno5, Real>;
  }
}

template EdgeRow<float> edge_row<float>(Reconstruction);
template EdgeRow<double> edge_row<double>(Reconstruction);

}  // namespace tarn::apps::euler
