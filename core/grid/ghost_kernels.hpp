#pragma once

#include "tarn/core/grid/grid.hpp"

// The kernel bodies of ghost_cells.cpp, for for_each_cell. Both ends of an axis are served by one launch: a
// small launch costs more than what it does.

namespace tarn::detail {

/// Where the ghosts at one end of a block come from.
enum class GhostSource { other_rank, wrap, dirichlet, neumann };

KOKKOS_FUNCTION constexpr bool is_boundary(GhostSource source) {
  return source == GhostSource::dirichlet || source == GhostSource::neumann;
}

/// A ghost behind a face with a boundary condition.
/// @param given     the value on the face, or the derivative along the axis there
/// @param inside    the cell as far from the face as the ghost
/// @param distance  from that cell to the ghost, with the sign of the side [length]
template <class Real>
KOKKOS_FUNCTION Real boundary_ghost(GhostSource source, Real given, Real inside, Real distance) {
  return source == GhostSource::dirichlet ? 2 * given - inside : inside + distance * given;
}

/// The ghosts at both ends of a block along an axis, numbered 0 to 2 * ghosts - 1 in the order of the axis:
/// the lower end's come first, the cells between are left out.
struct EndPlace {
  KOKKOS_FUNCTION EndPlace(int place, int ghosts)
      : side(place < ghosts ? 0 : 1), layer(side == 0 ? place : place - ghosts) {}

  int side;   ///< 0 lower, 1 upper
  int layer;  ///< 0 to ghosts - 1, in the order of the axis on both sides
};

/// The index of (k, j, i) along an axis.
template <int Axis>
KOKKOS_FUNCTION int along(int k, int j, int i) {
  return Axis == 0 ? i : Axis == 1 ? j : k;
}

/// u at (k, j, i) with the index along an axis replaced by n.
template <int Axis, class View>
KOKKOS_FUNCTION typename View::reference_type replaced(const View& u, int k, int j, int i, int n) {
  if constexpr (Axis == 0) {
    return u(k, j, n);
  } else if constexpr (Axis == 1) {
    return u(k, n, i);
  } else {
    return u(n, j, i);
  }
}

/// Fills ghosts from the block itself: the other end of a periodic axis that is not cut, or a boundary
/// condition.
template <class Real, int Axis>
struct FillEnds {
  Field<Real, 3> u;
  Field<Real, 2> lower_values, upper_values;
  Kokkos::Array<GhostSource, 2> sources;
  int ghosts;
  int cells;
  Real spacing;

  KOKKOS_FUNCTION void operator()(int k, int j, int i) const {
    const EndPlace end(along<Axis>(k, j, i), ghosts);
    const int ghost = end.side == 0 ? end.layer : ghosts + cells + end.layer;
    const int wrapped = end.side == 0 ? ghost + cells : ghost - cells;
    const int mirrored = (end.side == 0 ? 2 * ghosts : 2 * (ghosts + cells)) - 1 - ghost;
    Real& filled = replaced<Axis>(u, k, j, i, ghost);
    if (sources[end.side] == GhostSource::wrap) {
      filled = replaced<Axis>(u, k, j, i, wrapped);
      return;
    }
    const Real inside = replaced<Axis>(u, k, j, i, mirrored);
    const Real given = value(end.side, k, j, i);
    filled = boundary_ghost(sources[end.side], given, inside, static_cast<Real>(ghost - mirrored) * spacing);
  }

  KOKKOS_FUNCTION Real value(int side, int k, int j, int i) const {
    const auto& values = side == 0 ? lower_values : upper_values;
    return values(Axis == 2 ? j : k, Axis == 0 ? j : i);
  }
};

/// Copies the layers at both ends of a block between a field and a contiguous buffer: when packing, the
/// block's own outermost cells into the buffer; when unpacking, the buffer into the ghosts.
template <class Real, int Axis, bool Packs>
struct CopyLayers {
  Field<Real, 3> u;
  Field<Real, 1> buffer;
  CellRange box;  ///< that the loop runs over; its tangential part says what is copied
  Kokkos::Array<std::int64_t, 2> offset;
  int ghosts;
  int cells;

  KOKKOS_FUNCTION void operator()(int k, int j, int i) const {
    const EndPlace end(along<Axis>(k, j, i), ghosts);
    const int width_x = Axis == 0 ? ghosts : box.extent(0);
    const int width_y = Axis == 1 ? ghosts : box.extent(1);
    const int x = Axis == 0 ? end.layer : i - box.begin[0];
    const int y = Axis == 1 ? end.layer : j - box.begin[1];
    const int z = Axis == 2 ? end.layer : k - box.begin[2];
    const std::int64_t n = offset[end.side] + (std::int64_t{z} * width_y + y) * width_x + x;
    if constexpr (Packs) {
      buffer(n) = replaced<Axis>(u, k, j, i, end.layer + (end.side == 0 ? ghosts : cells));
    } else {
      replaced<Axis>(u, k, j, i, end.layer + (end.side == 0 ? 0 : ghosts + cells)) = buffer(n);
    }
  }
};

}  // namespace tarn::detail
