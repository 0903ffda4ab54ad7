#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tarn/core/grid/ghost_cells.hpp"

namespace tarn::test {

/// A numbering of cells along x, y, z in the domain; ghosts are below 0 or at the domain's cells and above.
using Cell = std::array<int, 3>;

/// What stands at one end of an axis of a test's domain.
enum class End { periodic, copy, wall, reversed, value, slope, robin };
using Ends = std::array<std::array<End, 2>, 3>;

/// The fields of a test have different conditions where there is more than one.
inline constexpr int fields = 2;

inline FaceCondition condition_of(End end, int field) {
  switch (end) {
    case End::copy:
      return {FaceRule::copy};
    case End::wall:
      return {FaceRule::mirror, field == 0 ? 1.0 : -1.0};
    case End::reversed:
      return {FaceRule::mirror, field == 0 ? -1.0 : 0.5};
    case End::value:
      return {field == 0 ? FaceRule::value : FaceRule::slope};
    case End::slope:
      return {field == 0 ? FaceRule::slope : FaceRule::robin};
    default:
      return {field == 0 ? FaceRule::robin : FaceRule::value};
  }
}

inline FaceConditions conditions_of(const Ends& ends, int count = fields) {
  FaceConditions conditions;
  for (int axis = 0; axis < 3; ++axis) {
    for (int side = 0; side < 2; ++side) {
      for (int field = 0; field < count && ends[axis][side] != End::periodic; ++field)
        conditions[axis][side].push_back(condition_of(ends[axis][side], field));
    }
  }
  return conditions;
}

/// The number that the tests put into a cell of the interior: no two cells near each other have the same.
template <class Real>
Real interior_value(int field, const Cell& cell) {
  return static_cast<Real>(0.37 + 1000 * field) + static_cast<Real>(cell[0]) * static_cast<Real>(1.1) +
         static_cast<Real>(cell[1]) * static_cast<Real>(17.3) - static_cast<Real>(cell[2]) * static_cast<Real>(131.7);
}

/// The number that the tests give on a face, beside a cell whose place along the axis is not looked at.
template <class Real>
Real given_value(int field, int axis, int side, int part, Cell cell) {
  cell[axis] = 0;
  return interior_value<Real>(field, cell) * static_cast<Real>(0.3) +
         static_cast<Real>(axis * 2 + side + 1 + 10 * part);
}

/// The whole domain with ghosts, filled one cell after the other by the definition of the conditions.
template <class Real>
class GhostReference {
 public:
  GhostReference(const Domain& domain, const Ends& ends, int ghosts)
      : domain_(domain), ends_(ends), ghosts_(ghosts), values_(count() * fields) {
    for (int field = 0; field < fields; ++field) {
      visit({0, 0, 0}, domain.cells, [&](const Cell& cell) { at(field, cell) = interior_value<Real>(field, cell); });
      for (int axis = 0; axis < domain.dimensions; ++axis)
        fill(field, axis);
    }
  }

  Real& at(int field, const Cell& cell) {
    std::size_t n = 0;
    for (int axis = 2; axis >= 0; --axis) {
      n = n * static_cast<std::size_t>(domain_.cells[axis] + 2 * width(axis)) +
          static_cast<std::size_t>(cell[axis] + width(axis));
    }
    return values_.at(n + count() * static_cast<std::size_t>(field));
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

  void fill(int field, int axis) {
    Cell begin{0, 0, 0}, end = domain_.cells;
    for (int before = 0; before < axis; ++before) {
      begin[before] -= width(before);
      end[before] += width(before);
    }
    end[axis] = ghosts_;  // the layers, counted from the face
    visit(begin, end, [&](const Cell& cell) {
      for (int side = 0; side < 2; ++side)
        fill_ghost(field, axis, side, cell);
    });
  }

  void fill_ghost(int field, int axis, int side, const Cell& cell) {
    const int layer = cell[axis], cells = domain_.cells[axis];
    Cell ghost = cell, mirror = cell, wrapped = cell, nearest = cell;
    ghost[axis] = side == 0 ? -1 - layer : cells + layer;
    mirror[axis] = side == 0 ? layer : cells - 1 - layer;
    nearest[axis] = side == 0 ? 0 : cells - 1;
    wrapped[axis] = (ghost[axis] + cells) % cells;
    if (ends_[axis][side] == End::periodic) {
      at(field, ghost) = at(field, wrapped);
      return;
    }
    const FaceCondition condition = condition_of(ends_[axis][side], field);
    const auto given = [&](int part) { return given_value<Real>(field, axis, side, part, beside(cell)); };
    const Real way =
        static_cast<Real>((side == 0 ? -1 : 1) * (2 * layer + 1)) * static_cast<Real>(domain_.spacing(axis));
    const Real inside = at(field, mirror);
    switch (condition.rule) {
      case FaceRule::copy:
        at(field, ghost) = at(field, nearest);
        break;
      case FaceRule::mirror:
        at(field, ghost) = static_cast<Real>(condition.factor) * inside;
        break;
      case FaceRule::value:
        at(field, ghost) = 2 * given(0) - inside;
        break;
      case FaceRule::slope:
        at(field, ghost) = inside + way * given(0);
        break;
      default: {
        const Real a = given(0), b = given(1), g = given(2);
        at(field, ghost) = (2 * way * g - (a * way - 2 * b) * inside) / (a * way + 2 * b);
      }
    }
  }

  /// The cell that a ghost beyond a periodic end stands for.
  Cell beside(Cell cell) const {
    for (int axis = 0; axis < 3; ++axis) {
      if (domain_.periodic[axis]) cell[axis] = (cell[axis] + domain_.cells[axis]) % domain_.cells[axis];
    }
    return cell;
  }

  Domain domain_;
  Ends ends_;
  int ghosts_;
  std::vector<Real> values_;
};

/// The place in the domain of a local index of a grid's fields.
inline Cell place_of(const Grid& grid, int k, int j, int i) {
  return {grid.offset(0) + i - grid.ghosts(0), grid.offset(1) + j - grid.ghosts(1),
          grid.offset(2) + k - grid.ghosts(2)};
}

template <class Action>
void for_each_index(const Grid& grid, const Action& action) {
  for (int k = 0; k < grid.extent(2); ++k) {
    for (int j = 0; j < grid.extent(1); ++j) {
      for (int i = 0; i < grid.extent(0); ++i)
        action(k, j, i);
    }
  }
}

/// Fields with interior_value() inside and a number that no cell has in the ghosts.
template <class Real>
Fields<Real> make_unfilled(const Grid& grid) {
  const auto u = grid.make_fields<Real>("test::u", fields);
  const auto host = Kokkos::create_mirror_view(u);
  const auto inside = grid.interior();
  for_each_index(grid, [&](int k, int j, int i) {
    const bool ghost = k < inside.begin[2] || k >= inside.end[2] || j < inside.begin[1] || j >= inside.end[1] ||
                       i < inside.begin[0] || i >= inside.end[0];
    for (int field = 0; field < fields; ++field)
      host(field, k, j, i) = ghost ? static_cast<Real>(1e30) : interior_value<Real>(field, place_of(grid, k, j, i));
  });
  Kokkos::deep_copy(u, host);
  return u;
}

/// Writes given_value() to every face that the block has at the boundary, ghosts included.
template <class Real>
void set_given(const GhostCells<Real>& ghost_cells) {
  const Grid& grid = ghost_cells.patch().grid();
  for (int face = 0; face < 2 * grid.dimensions(); ++face) {
    const int axis = face / 2, side = face % 2;
    for (int n = 0; n < 3 * fields; ++n) {
      const int field = n / 3, part = n % 3;
      const auto values = ghost_cells.given(axis, side, field, part);
      const auto host = Kokkos::create_mirror_view(values);
      for (int slow = 0; slow < static_cast<int>(values.extent(0)); ++slow) {
        for (int fast = 0; fast < static_cast<int>(values.extent(1)); ++fast) {
          Cell cell = axis == 0   ? place_of(grid, slow, fast, 0)
                      : axis == 1 ? place_of(grid, slow, 0, fast)
                                  : place_of(grid, 0, slow, fast);
          for (int along = 0; along < 3; ++along) {
            const int cells = grid.domain().cells[along];
            if (grid.domain().periodic[along]) cell[along] = (cell[along] + 4 * cells) % cells;
          }
          host(slow, fast) = given_value<Real>(field, axis, side, part, cell);
        }
      }
      Kokkos::deep_copy(values, host);
    }
  }
}

/// Local indices of this rank's block, ghosts included, where the fields have not the reference's bits.
template <class Real>
int count_differences(const Grid& grid, const Fields<Real>& u, GhostReference<Real>& reference) {
  const auto host = Kokkos::create_mirror_view(u);
  Kokkos::deep_copy(host, u);
  int differences = 0;
  for_each_index(grid, [&](int k, int j, int i) {
    for (int field = 0; field < fields; ++field) {
      if (host(field, k, j, i) != reference.at(field, place_of(grid, k, j, i))) ++differences;
    }
  });
  return differences;
}

/// A unit domain with other sizes along each axis, periodic where the ends are.
inline Domain domain_for(const Cell& cells, const Ends& ends) {
  Domain domain;
  domain.dimensions = cells[2] > 1 ? 3 : cells[1] > 1 ? 2 : 1;
  domain.cells = cells;
  domain.upper = {1.3, 0.9, 2.1};
  for (int axis = 0; axis < 3; ++axis)
    domain.periodic[axis] = ends[axis][0] == End::periodic;
  return domain;
}

/// What the two ends of one axis can have, each condition at either end.
inline constexpr std::array<std::array<End, 2>, 5> axis_ends{{
    {End::periodic, End::periodic},
    {End::value, End::slope},
    {End::robin, End::copy},
    {End::copy, End::reversed},
    {End::wall, End::robin},
}};

/// How a test has ghosts filled.
enum class Filling { at_once, in_halves };

/// Fills fields on this rank's part of the domain and compares the whole block with the serial reference.
template <class Real>
int differences_after_fill(const Communicator& ranks, const Cell& cells, const Ends& ends, int ghosts,
                           const Transport& transport, Filling filling = Filling::at_once) {
  const Patch patch(Space{}, ranks, domain_for(cells, ends), ghosts, transport);
  GhostCells<Real> ghost_cells(patch, conditions_of(ends), fields);
  set_given(ghost_cells);
  const auto u = make_unfilled<Real>(patch.grid());
  GhostReference<Real> reference(patch.grid().domain(), ends, ghosts);

  if (filling == Filling::at_once) {
    ghost_cells.fill(u);
  } else {
    ghost_cells.start(u, 0, false);
    ghost_cells.finish(u, 0);
  }
  Kokkos::fence();
  return count_differences<Real>(patch.grid(), u, reference);
}

}  // namespace tarn::test
