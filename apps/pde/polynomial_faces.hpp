#pragma once

#include <array>
#include <vector>

#include "tarn/apps/pde/boundary.hpp"
#include "tarn/core/grid/ghost_cells.hpp"

namespace tarn::apps::pde {

/// Fills ghosts behind faces by the polynomial through the face's condition and four cells; see polynomial_ghost().
template <class Real>
class PolynomialFaces {
 public:
  PolynomialFaces(const Patch& patch, const std::vector<FieldFaces>& faces);

  /// What a face gives to a field, as GhostCells::given() has it.
  Field<Real, 2> given(int axis, int side, int field, int part) const;

  /// For GhostCells::set_own().
  void fill(const Fields<Real>& u, const GhostFace& face) const;

 private:
  Patch patch_;
  std::vector<FieldFaces> faces_;
  /// a, b and g of each field, at the faces of the domain that this rank's block is at: (part, slower axis, faster
  /// one).
  std::array<std::array<std::vector<Field<Real, 3>>, 2>, 3> given_;
};

}  // namespace tarn::apps::pde
