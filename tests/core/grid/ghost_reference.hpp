#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tarn/core/grid/ghost_cells.hpp"

namespace tarn::test {

/// A numbering of cells along x, y, z in the domain; ghosts are below 0 or at the domain's cells and above.
using Cell = std::array<int, 3>;

/// The number that the tests put into a cell of the interior: no two cells near each other have the same.
template <class Real>
Real interior_value(const Cell& cell) {
  return static_cast<Real>(0.37) + static_cast<Real>(cell[0]) * static_cast<Real>(1.1) +
         static_cast<Real>(cell[1]) * static_cast<Real>(17.3) - static_cast<Real>(cell[2]) * static_cast<Real>(131.7);
}

/// The number that the tests prescribe on a face, beside a cell whose place along the axis is not looked at.
template <class Real>
Real face_value(int axis, int side, Cell cell) {
  cell[axis] = 0;
  return interior_value<Real>(cell) * static_cast<Real>(0.3) + static_cast<Real>(axis * 2 + side + 1);
}

/// The whole domain with ghosts, filled one cell after the other by the definition of the boundary kinds.
template <class Real>
class GhostReference {
 public:
  GhostReference(const Domain& domain, const BoundaryKinds& kinds, int ghosts)
      : domain_(domain), kinds_(kinds), ghosts_(ghosts), values_(count()) {
    visit({0, 0, 0}, domain.cells, [&](const Cell& cell) { at(cell) = interior_value<Real>(cell); });
    for (int axis = 0; axis < domain.dimensions; ++axis)
      fill(axis);
  }

  Real& at(const Cell& cell) {
    std::size_t n = 0;
    for (int axis = 2; axis >= 0; --axis) {
      n = n * static_cast<std::size_t>(domain_.cells[axis] + 2 * width(axis)) +
          static_cast<std::size_t>(cell[axis] + width(axis));
    }
    return values_.at(n);
  }

 private:
  int width(int axis) const { return axis < domain_.dimensions ? ghosts_ : 0; }

  std::size_t count() const {
    std::size_t cells = 1;
    for (int axis = 0; axis < 3; ++axis)
      cells *= static_cast<std::size_t>(domain_.cells[axis] + 2 * width(axis));
    return cells;
  }

  template <class Action>
  static void visit(const Cell& begin, const Cell& end, const Action& action) {
    for (int z = begin[2]; z < end[2]; ++z) {
      for (int y = begin[1]; y < end[1]; ++y) {
        for (int x = begin[0]; x < end[0]; ++x)
          action(Cell{x, y, z});
      }
    }
  }

  void fill(int axis) {
    Cell begin{0, 0, 0}, end = domain_.cells;
    for (int before = 0; before < axis; ++before) {
      begin[before] -= width(before);
      end[before] += width(before);
    }
    end[axis] = ghosts_;  // the layers, counted from the face
    visit(begin, end, [&](const Cell& cell) {
      for (int side = 0; side < 2; ++side)
        fill_ghost(axis, side, cell);
    });
  }

  void fill_ghost(int axis, int side, const Cell& cell) {
    const int layer = cell[axis], cells = domain_.cells[axis];
    Cell ghost = cell, mirror = cell, wrapped = cell;
    ghost[axis] = side == 0 ? -1 - layer : cells + layer;
    mirror[axis] = side == 0 ? layer : cells - 1 - layer;
    wrapped[axis] = (ghost[axis] + cells) % cells;
    const Real given = face_value<Real>(axis, side, cell);
    const Real rise = static_cast<Real>(2 * layer + 1) * static_cast<Real>(domain_.spacing(axis)) * given;
    switch (kinds_[axis][side]) {
      case BoundaryKind::periodic:
        at(ghost) = at(wrapped);
        break;
      case BoundaryKind::dirichlet:
        at(ghost) = 2 * given - at(mirror);
        break;
      case BoundaryKind::neumann:
        at(ghost) = side == 0 ? at(mirror) - rise : at(mirror) + rise;
        break;
    }
  }

  Domain domain_;
  BoundaryKinds kinds_;
  int ghosts_;
  std::vector<Real> values_;
};

/// The place in the domain of a local index of a grid's fields.
inline Cell place_of(const Grid& grid, int k, int j, int i) {
  return {grid.offset(0) + i - grid.ghosts(0), grid.offset(1) + j - grid.ghosts(1),
          grid.offset(2) + k - grid.ghosts(2)};
}

/// A field with interior_value() inside and a number that no cell has in the ghosts.
template <class Real>
Field<Real, 3> make_unfilled(const Grid& grid) {
  const auto u = grid.make_field<Real>("test::u");
  const auto host = Kokkos::create_mirror_view(u);
  const auto inside = grid.interior();
  for (int k = 0; k < grid.extent(2); ++k) {
    for (int j = 0; j < grid.extent(1); ++j) {
      for (int i = 0; i < grid.extent(0); ++i) {
        const bool ghost = k < inside.begin[2] || k >= inside.end[2] || j < inside.begin[1] || j >= inside.end[1] ||
                           i < inside.begin[0] || i >= inside.end[0];
        host(k, j, i) = ghost ? static_cast<Real>(1e30) : interior_value<Real>(place_of(grid, k, j, i));
      }
    }
  }
  Kokkos::deep_copy(u, host);
  return u;
}

/// Writes face_value() to every face that the block has at the boundary, ghosts included.
template <class Real>
void set_face_values(const Grid& grid, const GhostCells<Real>& ghost_cells) {
  for (int axis = 0; axis < grid.dimensions(); ++axis) {
    for (int side = 0; side < 2; ++side) {
      if (!ghost_cells.at_boundary(axis, side)) continue;
      const auto values = ghost_cells.face_values(axis, side);
      const auto host = Kokkos::create_mirror_view(values);
      for (int slow = 0; slow < static_cast<int>(values.extent(0)); ++slow) {
        for (int fast = 0; fast < static_cast<int>(values.extent(1)); ++fast) {
          const Cell cell = axis == 0   ? place_of(grid, slow, fast, 0)
                            : axis == 1 ? place_of(grid, slow, 0, fast)
                                        : place_of(grid, 0, slow, fast);
          host(slow, fast) = face_value<Real>(axis, side, cell);
        }
      }
      Kokkos::deep_copy(values, host);
    }
  }
}

/// Local indices of this rank's block, ghosts included, where a field has not the reference's bits.
template <class Real>
int count_differences(const Grid& grid, const Field<Real, 3>& u, GhostReference<Real>& reference) {
  const auto host = Kokkos::create_mirror_view(u);
  Kokkos::deep_copy(host, u);
  int differences = 0;
  for (int k = 0; k < grid.extent(2); ++k) {
    for (int j = 0; j < grid.extent(1); ++j) {
      for (int i = 0; i < grid.extent(0); ++i) {
        if (host(k, j, i) != reference.at(place_of(grid, k, j, i))) ++differences;
      }
    }
  }
  return differences;
}

/// A unit domain with other sizes along each axis, periodic where the kinds are.
inline Domain domain_for(const Cell& cells, const BoundaryKinds& kinds) {
  Domain domain;
  domain.dimensions = cells[2] > 1 ? 3 : cells[1] > 1 ? 2 : 1;
  domain.cells = cells;
  domain.upper = {1.3, 0.9, 2.1};
  for (int axis = 0; axis < 3; ++axis)
    domain.periodic[axis] = kinds[axis][0] == BoundaryKind::periodic;
  return domain;
}

/// All kinds that the two ends of one axis can have.
inline constexpr std::array<std::array<BoundaryKind, 2>, 5> axis_kinds{{
    {BoundaryKind::periodic, BoundaryKind::periodic},
    {BoundaryKind::dirichlet, BoundaryKind::dirichlet},
    {BoundaryKind::dirichlet, BoundaryKind::neumann},
    {BoundaryKind::neumann, BoundaryKind::dirichlet},
    {BoundaryKind::neumann, BoundaryKind::neumann},
}};

/// Fills a field on this rank's part of the domain and compares the whole block with the serial reference.
template <class Real>
int differences_after_fill(const Communicator& ranks, const Cell& cells, const BoundaryKinds& kinds, int ghosts,
                           MpiBuffers buffers) {
  const Domain domain = domain_for(cells, kinds);
  const Grid grid(domain, Decomposition(cells, domain.periodic, ranks.size(), ranks.rank(), ghosts), ghosts);
  GhostCells<Real> ghost_cells(grid, ranks, kinds, buffers);
  set_face_values(grid, ghost_cells);
  const auto u = make_unfilled<Real>(grid);
  GhostReference<Real> reference(domain, kinds, ghosts);

  ghost_cells.fill(Space{}, u);
  Kokkos::fence();
  return count_differences<Real>(grid, u, reference);
}

}  // namespace tarn::test
