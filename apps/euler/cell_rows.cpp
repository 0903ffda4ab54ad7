#include <algorithm>
#include <bit>
#include <cstring>

#include "tarn/apps/euler/positivity.hpp"
#include "tarn/apps/euler/rows.hpp"
#include "tarn/apps/euler/stage_cell.hpp"
#include "tarn/core/pragmas.hpp"

namespace tarn::apps::euler {

template <class Real, int Dim>
void primitive_row(const Gas<Real>& gas, const GasRow<Real, Dim>& u, const GasRow<Real, Dim>& w, Index count) {
  const GasRow<Real, Dim> from = u, to = w;
  const Gas<Real> g = gas;
  TARN_INDEPENDENT_ITERATIONS
  for (Index i = 0; i < count; ++i)
    put<Real, Dim>(to, i, primitive_of(g, conserved_at<Real, Dim>(from, i)));
}

template <class Real>
void ratio_row(const Real* a, const Real* b, Real* ratio, Index count) {
  TARN_INDEPENDENT_ITERATIONS
  for (Index i = 0; i < count; ++i)
    ratio[i] = a[i] / b[i];
}

template <class Real>
void scalar_flux_row(const Real* mass, const Real* left, const Real* right, Real* flux, Index count) {
  TARN_INDEPENDENT_ITERATIONS
  for (Index i = 0; i < count; ++i)
    flux[i] = scalar_flux(mass[i], left[i], right[i]);
}

template <class Real, int Dim>
void update_row(const RoundedWeights<Real, Dim>& weights, const Real* start, const Real* now,
                const CellFluxes<Real, Dim>& fluxes, Real* out, Index count) {
  const RoundedWeights<Real, Dim> w = weights;
  const CellFluxes<Real, Dim> f = fluxes;
  TARN_INDEPENDENT_ITERATIONS
  for (Index i = 0; i < count; ++i) {
    Real rise[Dim];
    for_axes<Dim>([&](int d) { rise[d] = f.above[d][i] - f.below[d][i]; });
    out[i] = advanced<Real, Dim>(w, start[i], now[i], rise);
  }
}

template <class Real>
void add_row(Real a, const Real* b, Real* out, Index count) {
  TARN_INDEPENDENT_ITERATIONS
  for (Index i = 0; i < count; ++i)
    out[i] = out[i] + a * b[i];
}

namespace {

/// The greatest of some numbers, none below zero: these are in the order of their bits, and of whole numbers compilers
/// find the greatest with vectors.
template <class Real>
Real greatest(const Real* numbers, Index count) {
  using Bits = std::conditional_t<sizeof(Real) == 8, std::int64_t, std::int32_t>;
  Bits most = 0;
  for (Index i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, numbers + i, sizeof bits);
    most = bits > most ? bits : most;
  }
  return std::bit_cast<Real>(most);
}

}  // namespace

template <class Real, int Dim>
Found look_row(const Look<Real, Dim>& look, const GasRow<Real, Dim>& u, Index count) {
  constexpr Index piece = 128;
  using Count = std::conditional_t<sizeof(Real) == 8, std::int64_t, std::int32_t>;  // as wide, for vectors
  const Look<Real, Dim> l = look;
  const GasRow<Real, Dim> row = u;
  Found found;
  for (Index first = 0; first < count; first += piece) {
    const Index cells = std::min(piece, count - first);
    alignas(64) Real fastest[piece];
    Count unsound = 0;
    TARN_INDEPENDENT_ITERATIONS
    for (Index i = 0; i < cells; ++i) {
      const auto w = primitive_of(l.gas, conserved_at<Real, Dim>(row, first + i));
      const bool sound = passes(l, w);
      fastest[i] = pick(sound, signals(l, w), Real(0));
      unsound += sound ? 0 : 1;
    }
    found += Found{greatest(fastest, cells), unsound, 0};
  }
  return found;
}

template void ratio_row<float>(const float*, const float*, float*, Index);
template void ratio_row<double>(const double*, const double*, double*, Index);
template void scalar_flux_row<float>(const float*, const float*, const float*, float*, Index);
template void scalar_flux_row<double>(const double*, const double*, const double*, double*, Index);
template void add_row<float>(float, const float*, float*, Index);
template void add_row<double>(double, const double*, double*, Index);

#define TARN_EULER_ROWS(Real, Dim)                                                                                     \
  template void primitive_row<Real, Dim>(const Gas<Real>&, const GasRow<Real, Dim>&, const GasRow<Real, Dim>&, Index); \
  template void update_row<Real, Dim>(const RoundedWeights<Real, Dim>&, const Real*, const Real*,                      \
                                      const CellFluxes<Real, Dim>&, Real*, Index);                                     \
  template Found look_row<Real, Dim>(const Look<Real, Dim>&, const GasRow<Real, Dim>&, Index);
TARN_EULER_ROWS(float, 1)
TARN_EULER_ROWS(float, 2)
TARN_EULER_ROWS(float, 3)
TARN_EULER_ROWS(double, 1)
TARN_EULER_ROWS(double, 2)
TARN_EULER_ROWS(double, 3)
#undef TARN_EULER_ROWS

}  // namespace tarn::apps::euler
