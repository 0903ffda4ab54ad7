#pragma once

#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/euler/cell_kernels.hpp"
#include "tarn/core/grid/patch.hpp"

// What follows from the state and can be shown beside it.

namespace tarn::apps::euler {

enum class Quantity { velocity, pressure, temperature, sound_speed, mach, vorticity, schlieren, scalar };

struct DerivedField {
  FieldDescription description;
  Quantity quantity;
  int component = 0;     ///< axis, or number of the scalar
  bool differs = false;  ///< whether neighbours are read
};

/// All of them for a grid and a deck.
std::vector<DerivedField> derived_fields(int dimensions, const std::vector<std::string>& scalars);

/// @throws Error if there is none of the name
DerivedField derived_field(const std::string& name, int dimensions, const std::vector<std::string>& scalars);

/// Computes one in every cell. Differences are central, and one-sided beside the ends of the domain.
template <class Real, int Dim>
class Derived {
 public:
  Derived(const Patch& patch, const DerivedField& field, const Gas<Real>& gas, const Fields<Real>& u,
          const Field<Real, 3>& values)
      : quantity_(field.quantity), component_(field.component), gas_(gas), u_(u), values_(values) {
    const Grid& grid = patch.grid();
    for (int axis = 0; axis < Dim; ++axis) {
      first_[axis] = patch.at_boundary(axis, 0) ? grid.ghosts(axis) : 0;
      last_[axis] = patch.at_boundary(axis, 1) ? grid.ghosts(axis) + grid.cells(axis) - 1 : grid.extent(axis);
      spacing_[axis] = static_cast<Real>(grid.spacing(axis));
    }
  }

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const { values_(k, j, i) = value({{i, j, k}}); }

 private:
  using Place = Kokkos::Array<Index, 3>;

  KOKKOS_FUNCTION Primitive<Real, Dim> primitive(const Place& c) const {
    return primitive_of(gas_, conserved_in<Real, Dim>(u_, c[2], c[1], c[0]));
  }
  KOKKOS_FUNCTION Real value(const Place& c) const {
    const auto w = primitive(c);
    switch (quantity_) {
      case Quantity::velocity:
        return w.velocity[component_];
      case Quantity::pressure:
        return w.pressure;
      case Quantity::temperature:
        return w.pressure / w.density;
      case Quantity::sound_speed:
        return sound_speed(gas_, w.density, w.pressure);
      case Quantity::mach:
        return std::sqrt(dot(w.velocity, w.velocity)) / sound_speed(gas_, w.density, w.pressure);
      case Quantity::vorticity:
        return vorticity(c);
      case Quantity::schlieren:
        return schlieren(c);
      default:
        return u_(Dim + 2 + component_, c[2], c[1], c[0]) / w.density;
    }
  }

  /// The slope along an axis of a velocity, or of the density where n < 0.
  KOKKOS_FUNCTION Real slope(const Place& c, int axis, int n) const {
    Place below = c, above = c;
    if (c[axis] > first_[axis]) --below[axis];
    if (c[axis] < last_[axis]) ++above[axis];
    const auto a = primitive(below), b = primitive(above);
    const Real rise = n < 0 ? b.density - a.density : b.velocity[n] - a.velocity[n];
    const auto steps = static_cast<int>(above[axis] - below[axis]);
    return steps == 0 ? Real(0) : rise / (static_cast<Real>(steps) * spacing_[axis]);
  }
  KOKKOS_FUNCTION Real vorticity(const Place& c) const {
    const int a = (component_ + 1) % 3, b = (component_ + 2) % 3;
    return slope(c, a, b) - slope(c, b, a);
  }
  KOKKOS_FUNCTION Real schlieren(const Place& c) const {
    Real sum = 0;
    for (int axis = 0; axis < Dim; ++axis) {
      const Real s = slope(c, axis, -1);
      sum = sum + s * s;
    }
    return std::sqrt(sum);
  }

  Quantity quantity_;
  int component_;
  Gas<Real> gas_;
  Fields<const Real> u_;
  Field<Real, 3> values_;
  Kokkos::Array<Index, Dim> first_, last_;
  Kokkos::Array<Real, Dim> spacing_;
};

}  // namespace tarn::apps::euler
