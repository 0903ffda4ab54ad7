#pragma once

#include "tarn/apps/pde/writing.hpp"

namespace tarn::apps::pde {

/// Operators as differences of neighbouring cells, of the system's order.
class Differences : private Writing {
 public:
  using Writing::Writing;

  int first(int node, int axis);   ///< d/dx
  int second(int node, int axis);  ///< d2/dx2
  int mixed(int node, int axis, int other);
  /// The fluxes D du through both faces of the cell. Both cells beside a face compute its flux from the same numbers in
  /// the same order, so what one loses the other gains.
  int diffusion(int diffusivity, int node, int axis);
  /// v du/dx from the side that the wind v comes from, of second order.
  int against_wind(int wind, int node, int axis);

 private:
  template <class At>
  int rise(const At& at);
  double per_rise(int axis) const { return 1 / ((system_.order == 2 ? 2 : 12) * spacing(axis)); }
  int fourth_order_diffusion(int diffusivity, int node, int axis);
  int on_face(int node, int axis, int lower);
};

}  // namespace tarn::apps::pde
