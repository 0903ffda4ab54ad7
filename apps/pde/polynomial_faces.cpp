#include "tarn/apps/pde/polynomial_faces.hpp"

#include "tarn/apps/pde/edges.hpp"
#include "tarn/core/grid/for_each_cell.hpp"

namespace tarn::apps::pde {

namespace {

/// The ghosts of one field behind one face.
template <class Real>
struct FillGhosts {
  Fields<Real> u;
  Field<const Real, 3> given;  ///< a, b and g
  int field, axis, side;
  int ghosts, cells;  ///< of the block along the axis
  Real per_way;       ///< 1/dx, or -1/dx on an upper face
  Real mirror;        ///< 0: the polynomial

  /// The field in a cell whose index along the axis is n.
  KOKKOS_FUNCTION Real& at(Index k, Index j, Index i, Index n) const {
    return u(field, axis == 2 ? n : k, axis == 1 ? n : j, axis == 0 ? n : i);
  }

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index own = axis == 0 ? i : axis == 1 ? j : k;
    const Index nearest = side == 0 ? ghosts : ghosts + cells - 1, inward = side == 0 ? 1 : -1;
    const auto layer = static_cast<int>((nearest - own) * inward) - 1;
    if (mirror != 0) {
      at(k, j, i, own) = mirror * at(k, j, i, nearest + layer * inward);
      return;
    }
    Real inside[polynomial_cells];
    for (int n = 0; n < polynomial_cells; ++n)
      inside[n] = at(k, j, i, nearest + n * inward);
    const Index slow = axis == 2 ? j : k, fast = axis == 0 ? j : i;
    at(k, j, i, own) =
        polynomial_ghost(inside, given(0, slow, fast), given(1, slow, fast) * per_way, given(2, slow, fast), layer);
  }
};

}  // namespace

template <class Real>
PolynomialFaces<Real>::PolynomialFaces(const Patch& patch, const std::vector<FieldFaces>& faces)
    : patch_(patch), faces_(faces) {
  const Grid& grid = patch.grid();
  for (int axis = 0; axis < grid.dimensions(); ++axis) {
    for (int side = 0; side < 2; ++side) {
      if (!patch.at_boundary(axis, side)) continue;
      const auto a = static_cast<std::size_t>(axis), s = static_cast<std::size_t>(side);
      for (std::size_t field = 0; field < faces.size(); ++field) {
        const int slower = axis == 2 ? 1 : 2, faster = axis == 0 ? 1 : 0;
        given_[a][s].emplace_back("tarn::pde::given", 3, grid.extent(slower), grid.extent(faster));
        const FaceRule rule = faces[field].condition[a][s].rule;
        const int one = rule == FaceRule::slope ? 1 : 0;
        Kokkos::deep_copy(Kokkos::subview(given_[a][s].back(), one, Kokkos::ALL, Kokkos::ALL), Real(1));
      }
    }
  }
}

template <class Real>
Field<Real, 2> PolynomialFaces<Real>::given(int axis, int side, int field, int part) const {
  const auto a = static_cast<std::size_t>(axis), s = static_cast<std::size_t>(side),
             f = static_cast<std::size_t>(field);
  const int layer = faces_[f].condition[a][s].rule == FaceRule::robin ? part : 2;
  return Kokkos::subview(given_[a][s].at(f), layer, Kokkos::ALL, Kokkos::ALL);
}

template <class Real>
void PolynomialFaces<Real>::fill(const Fields<Real>& u, const GhostFace& face) const {
  const Grid& grid = patch_.grid();
  const auto a = static_cast<std::size_t>(face.axis), s = static_cast<std::size_t>(face.side);
  const auto per_way = static_cast<Real>((face.side == 0 ? 1 : -1) / grid.spacing(face.axis));
  for (std::size_t field = 0; field < faces_.size(); ++field) {
    const FaceCondition& condition = faces_[field].condition[a][s];
    const auto mirror = static_cast<Real>(condition.rule == FaceRule::mirror ? condition.factor : 0);
    for_each_cell("tarn::pde::fill_ghosts", patch_.space(), face.cells,
                  FillGhosts<Real>{u, given_[a][s][field], static_cast<int>(field), face.axis, face.side,
                                   grid.ghosts(face.axis), grid.cells(face.axis), per_way, mirror});
  }
}

template class PolynomialFaces<float>;
template class PolynomialFaces<double>;

}  // namespace tarn::apps::pde
