#pragma once

#include <array>
#include <vector>

namespace tarn {

/// How a face of the domain fills the ghosts behind it from the cells inside. m counts the ghosts from 0 at the face,
/// u(m) is the cell as far inside as ghost -1-m is outside, d = +-(2m+1) dx the way from that cell to the ghost.
enum class FaceRule {
  copy,    ///< u(0): what leaves continues
  mirror,  ///< factor u(m): a wall; factor -1 for what a wall turns around
  value,   ///< 2 v - u(m), v the given value on the face
  slope,   ///< u(m) + d g, g the given derivative along the axis (not along the outward normal) on the face
  robin,   ///< a u + b du/dx = g on the face, du/dx along the axis
  held,    ///< what the ghosts hold already
  own,     ///< the app's own function; see GhostCells::set_own()
};

/// What one face does to one field. `value`, `slope` and `robin` are second order accurate at the face (R. J. LeVeque,
/// Finite Difference Methods for Ordinary and Partial Differential Equations, SIAM 2007, section 2.12).
struct FaceCondition {
  FaceRule rule;      ///< how the ghosts follow from the cells
  double factor = 1;  ///< of `mirror`
};

/// Conditions of all fields at the faces of a domain: [axis][side][field]. Those of periodic axes, and of axes that a
/// grid does not have, are not looked at.
using FaceConditions = std::array<std::array<std::vector<FaceCondition>, 2>, 3>;

/// The same condition for `fields` fields at every face.
inline FaceConditions same_conditions(FaceCondition condition, int fields = 1) {
  FaceConditions conditions;
  for (auto& axis : conditions) {
    for (auto& side : axis)
      side.assign(static_cast<std::size_t>(fields), condition);
  }
  return conditions;
}

}  // namespace tarn
