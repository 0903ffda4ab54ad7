#pragma once

#include "tarn/apps/pde/writing.hpp"

namespace tarn::apps::pde {

/// Conservation laws: finite volumes with fields that are linear in a cell. R. J. LeVeque, Finite Volume Methods for
/// Hyperbolic Problems, Cambridge 2002, chapters 4.12, 6 and 15.
class FiniteVolumes : private Writing {
 public:
  using Writing::Writing;

  /// A field of a cell on its own face.
  int on_own_face(int field, const Shift& away);
  /// What flows in through both faces of a cell: both cells beside a face compute its flux from the same numbers in the
  /// same order.
  int inflow(int flux, int field, int axis);

 private:
  int load(int field, const Shift& away) { return draft_.load(array_state, field, {away[0], away[1], away[2]}); }
  int limited(int a, int b);
  int smaller_of(int a, int b);
  int through(int flux, int field, int axis, int lower);
};

}  // namespace tarn::apps::pde
