#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "tarn/core/space.hpp"

namespace tarn::apps::pde {

/// What a face makes of the cells inside: a u + b du/dx = g on the face, du/dx along the axis; or a mirror.
struct EdgeRule {
  double a = 1, b = 0;
  double mirror = 0;  ///< 0: none; else what the ghost is of the cell that it mirrors
  bool copies = false;
};

/// The rules of a field's faces, [axis][side]: all that there are along a face; none on periodic axes.
using FieldEdges = std::array<std::array<std::vector<EdgeRule>, 2>, 3>;

/// The differences whose waves faces change.
enum class Difference { first, second, flux, wind_from_below, wind_from_above };

/// How many times as far as without faces a difference along an axis goes with them: the ratio of the spectral radii,
/// at least 1. Above 1 some mode stands beside a face that is like no wave inside, see EdgeModes.
/// @param edges    of both sides of the axis
/// @param spacing  of the axis [length]
double edge_factor(Difference difference, int order, const std::array<std::vector<EdgeRule>, 2>& edges, double spacing);

/// The matrix of a difference along a line of cells between two faces, a row behind the other; the conditions with g =
/// 0.
/// @param spacing  of the axis [length]
/// @param cells    of the line, at least polynomial_cells
std::vector<double> difference_between(Difference difference, int order, const EdgeRule& lower, const EdgeRule& upper,
                                       double spacing, int cells);

/// The ghost so many layers behind a face, from the polynomial of degree four through the condition and the four cells
/// inside; `b` in units of the way inward: b / dx on a lower face, -b / dx on an upper one.
/// @param inside  the four cells, the one beside the face first
template <class Real>
KOKKOS_FUNCTION Real polynomial_ghost(const Real* inside, Real a, Real b, Real g, int layer) {
  const Real on_face = (35 * (inside[0] - inside[1]) + 21 * inside[2] - 5 * inside[3]) / 16;
  const Real slope = (141 * inside[1] - 71 * inside[0] - 93 * inside[2] + 23 * inside[3]) / 24;
  // The cubic through the cells, and a multiple of the quartic that is 0 in all of them.
  Real cubic, quartic;
  if (layer == 0) {
    cubic = 4 * (inside[0] + inside[2]) - 6 * inside[1] - inside[3];
    quartic = 24;
  } else if (layer == 1) {
    cubic = 10 * inside[0] - 20 * inside[1] + 15 * inside[2] - 4 * inside[3];
    quartic = 120;
  } else {
    cubic = 20 * inside[0] - 45 * inside[1] + 36 * inside[2] - 10 * inside[3];
    quartic = 360;
  }
  return cubic + quartic * ((g - a * on_face - b * slope) / (a * Real(6.5625) - b * 22));
}

/// Whether a u + b du/dx = g leaves a ghost behind a face unknown: for some layer nothing but rounding is left of what
/// the ghost is multiplied with.
/// @param outward  the spacing, below 0 on a lower face [length]
/// @param ghosts   layers of them, which differ with second order
template <class Real>
KOKKOS_FUNCTION bool leaves_ghost_unknown(Real a, Real b, int order, Real outward, int ghosts) {
  constexpr Real rounding = sizeof(Real) == 4 ? Real(1e-6) : Real(1e-12);
  for (int layer = 0; layer < (order == 4 ? 1 : ghosts); ++layer) {
    const Real with_a = a * outward * (order == 4 ? Real(6.5625) : static_cast<Real>(2 * layer + 1));
    const Real with_b = b * (order == 4 ? 22 : 2);
    const Real size = std::abs(with_a) + std::abs(with_b);
    if (size - size == 0 && std::abs(with_a + with_b) <= rounding * size) return true;
  }
  return false;
}

/// The ghosts behind a face and the cells inside that decide them, of fourth order.
inline constexpr int polynomial_cells = 4, polynomial_layers = 3;

}  // namespace tarn::apps::pde
