#include "tarn/apps/euler/bad_state.hpp"

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
std::string text_of(const Gas<Real>& gas, const Fields<Real>& u, const LocalCell& c) {
  Conserved<Real, Dim> state;
  state.density = static_cast<Real>(number_in<Real>(u, 0, c));
  for (int d = 0; d < Dim; ++d)
    state.momentum[d] = static_cast<Real>(number_in<Real>(u, 1 + d, c));
  state.energy = static_cast<Real>(number_in<Real>(u, Dim + 1, c));
  const auto w = primitive_of(gas, state);
  std::string velocity;
  for (int d = 0; d < Dim; ++d)
    velocity += (d == 0 ? "" : ", ") + number_text(static_cast<double>(w.velocity[d]));
  return fmt::format("density {}, velocity ({}), pressure {}", number_text(static_cast<double>(w.density)), velocity,
                     number_text(static_cast<double>(w.pressure)));
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
  std::string text = fmt::format("; cell ({}): {}", where, text_of<Real, Dim>(gas, u, local));
  for (int axis = 0; axis < Dim; ++axis) {
    for (const int side : {-1, 1}) {
      const int other = place[axis] + side;
      if (other < 0 || other >= domain.cells[axis]) continue;
      LocalCell beside = local;
      beside[axis] += side;
      text += fmt::format("; beside it at {} {}: {}", side < 0 ? "lower" : "higher", "xyz"[axis],
                          text_of<Real, Dim>(gas, u, beside));
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
