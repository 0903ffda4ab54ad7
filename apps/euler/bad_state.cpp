#include "tarn/apps/euler/bad_state.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/driver/precision.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn::apps::euler {

namespace {

using LocalCell = std::array<int, 3>;

/// One number of one cell; it fences.
template <class Real>
double number_in(const Fields<Real>& u, int n, const LocalCell& c) {
  Real value;
  const auto host = Kokkos::View<Real, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>(&value);
  Kokkos::deep_copy(host, Kokkos::subview(u, n, c[2], c[1], c[0]));
  return static_cast<double>(value);
}

template <class Real, int Dim>
Conserved<Real, Dim> state_in(const Fields<Real>& u, const LocalCell& c) {
  Conserved<Real, Dim> state;
  state.density = static_cast<Real>(number_in<Real>(u, 0, c));
  for (int d = 0; d < Dim; ++d)
    state.momentum[d] = static_cast<Real>(number_in<Real>(u, 1 + d, c));
  state.energy = static_cast<Real>(number_in<Real>(u, Dim + 1, c));
  return state;
}

template <class Real, int Dim>
std::string text_of(const Gas<Real>& gas, const Conserved<Real, Dim>& state) {
  const auto w = primitive_of(gas, state);
  std::string velocity;
  for (int d = 0; d < Dim; ++d)
    velocity += (d == 0 ? "" : ", ") + number_text(static_cast<double>(w.velocity[d]));
  return fmt::format("density {}, velocity ({}), pressure {}", number_text(static_cast<double>(w.density)), velocity,
                     number_text(static_cast<double>(w.pressure)));
}

/// Where the pressure is not above zero because it is lost in the rounding of the kinetic energy: that, with what to
/// do.
template <class Real, int Dim>
std::string text_of_rounding(const Gas<Real>& gas, const Conserved<Real, Dim>& state) {
  constexpr bool is_single = sizeof(Real) == 4;
  const auto w = primitive_of(gas, state);
  const double kinetic = 0.5 * static_cast<double>(dot(state.momentum, w.velocity));
  const auto energy = static_cast<Real>(kinetic);
  const auto rounding = static_cast<double>(std::nextafter(energy, largest<Real>) - energy);
  const double lost = rounding * static_cast<double>(gas.less_one);  // pressures below it are rounded away
  const bool is_lost = w.pressure <= 0 && std::abs(static_cast<double>(w.pressure)) <= 4 * lost;
  if (!(w.density > 0) || !std::isfinite(kinetic) || !is_lost) return {};
  return fmt::format(
      "; its kinetic energy per volume, {:.3g}, is rounded to {:.3g} in {} precision, and a pressure below about "
      "{:.2g} is lost in that: take a higher pressure or a slower gas{}",
      kinetic, rounding, is_single ? "single" : "double", lost, is_single ? ", or run.precision = \"double\"" : "");
}

}  // namespace

template <class Real, int Dim>
std::string describe_cell(const Grid& grid, const Gas<Real>& gas, const Fields<Real>& u, std::int64_t cell) {
  const Domain& domain = grid.domain();
  LocalCell place, local;
  std::string where;
  for (int axis = 0; axis < 3; ++axis) {
    const auto cells = static_cast<std::int64_t>(domain.cells[axis]);
    place[axis] = static_cast<int>(cell % cells);
    cell /= cells;
    local[axis] = place[axis] - grid.offset(axis) + grid.ghosts(axis);
    if (axis < Dim) where += fmt::format("{}{}", axis == 0 ? "" : ", ", place[axis]);
  }
  const auto state = state_in<Real, Dim>(u, local);
  std::string text = fmt::format("; cell ({}): {}{}", where, text_of(gas, state), text_of_rounding(gas, state));
  for (int axis = 0; axis < Dim; ++axis) {
    for (const int side : {-1, 1}) {
      const int other = place[axis] + side;
      if (other < 0 || other >= domain.cells[axis]) continue;
      LocalCell beside = local;
      beside[axis] += side;
      text += fmt::format("; beside it at {} {}: {}", side < 0 ? "lower" : "higher", "xyz"[axis],
                          text_of(gas, state_in<Real, Dim>(u, beside)));
    }
  }
  return text;
}

#define TARN_EULER_DESCRIBE(Real, Dim) \
  template std::string describe_cell<Real, Dim>(const Grid&, const Gas<Real>&, const Fields<Real>&, std::int64_t);
TARN_EULER_DESCRIBE(float, 1)
TARN_EULER_DESCRIBE(float, 2)
TARN_EULER_DESCRIBE(float, 3)
TARN_EULER_DESCRIBE(double, 1)
TARN_EULER_DESCRIBE(double, 2)
TARN_EULER_DESCRIBE(double, 3)
#undef TARN_EULER_DESCRIBE

}  // namespace tarn::apps::euler
