#pragma once

#include <string>
#include <vector>

#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps::pde {

/// What a deck's equations may do to expressions of its fields beside arithmetic.
enum class Operator {
  laplace,  ///< the sum of the second derivatives
  dx,       ///< first derivatives, central
  dy,
  dz,
  dxx,  ///< second derivatives
  dyy,
  dzz,
  dxy,
  dxz,
  dyz,
  grad2,     ///< the square of the gradient's length
  div,       ///< of a vector, whose components are the arguments
  diffuse,   ///< div(D grad u) of D and u, as differences of fluxes
  upwind,    ///< v . grad u of the components of v and of u, with the values that the wind comes from
  integral,  ///< over the domain
  mean,      ///< over the domain
  balance,   ///< not of decks: what flows into a cell, of the fluxes of a field along the axes, and the field
};

/// The operators by name, in the order of Operator; with the arguments that they take on a grid.
const std::vector<ops::FormulaOperator>& operators(int dimensions);

/// Operators that only a grid of more dimensions has.
std::vector<std::string> missing_operators(int dimensions);

/// Whether it reads neighbouring cells; otherwise it is one number of the whole domain.
constexpr bool is_stencil(Operator op) {
  return op < Operator::integral || op == Operator::balance;
}

/// Whether it is a derivative along two axes, which reads cells beside those along an axis.
constexpr bool is_mixed(Operator op) {
  return op == Operator::dxy || op == Operator::dxz || op == Operator::dyz;
}

/// The cells that it reads to each side.
/// @param order  of the differences in space, 2 or 4
constexpr int reach_of(Operator op, int order) {
  if (!is_stencil(op)) return 0;
  if (op == Operator::upwind || op == Operator::balance) return 2;
  return order == 2 ? 1 : op == Operator::diffuse ? 3 : 2;
}

}  // namespace tarn::apps::pde
