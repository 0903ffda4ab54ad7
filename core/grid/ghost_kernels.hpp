#pragma once

#include "tarn/core/grid/face_condition.hpp"
#include "tarn/core/grid/grid.hpp"

// The kernel bodies of ghost_cells.cpp, for for_each_cell. Both ends of an axis are served by one launch: a small
// launch costs more than what it does.

namespace tarn::detail {

/// Where the ghosts at one end of a block come from.
enum class GhostSource { other_rank, wrap, boundary };

/// What fills the ghosts of one field behind one face.
template <class Real>
struct GhostRule {
  FaceRule rule = FaceRule::held;
  Real factor = 1;
  int given = 0;  ///< the first layer of the face's given values that it reads
};

/// One of two. An index that is known at run time only would make each GPU thread copy the array, and what it is in.
template <class T>
KOKKOS_FORCEINLINE_FUNCTION T either(const Kokkos::Array<T, 2>& two, int which) {
  return which == 0 ? two[0] : two[1];
}

/// How the ghosts at the two ends of a block along an axis are filled from the block itself.
template <class Real>
struct EndRules {
  Kokkos::Array<GhostSource, 2> sources{GhostSource::other_rank, GhostSource::other_rank};
  Field<const GhostRule<Real>, 2> rules;         ///< (side, field)
  Kokkos::Array<Field<const Real, 3>, 2> given;  ///< of a side: (layer, slower tangential axis, faster one)
  int ghosts = 0;
  int cells = 0;     ///< of the block along the axis
  Real spacing = 0;  ///< [length]

  /// Whether cells give their values to the ghosts behind a face.
  KOKKOS_FUNCTION bool mirrors(int side, int field) const {
    if (either(sources, side) != GhostSource::boundary) return false;
    const FaceRule rule = rules(side, field).rule;
    return rule != FaceRule::held && rule != FaceRule::own;
  }

  /// The index along the axis of the cell that a ghost behind a face mirrors.
  KOKKOS_FUNCTION int mirrored(int side, int ghost) const {
    return (side == 0 ? 2 * ghosts : 2 * (ghosts + cells)) - 1 - ghost;
  }

  /// The index along the axis of the outermost cell inside.
  KOKKOS_FUNCTION int nearest(int side) const { return side == 0 ? ghosts : ghosts + cells - 1; }

  /// A ghost behind a face.
  /// @param ghost    its index along the axis
  /// @param a, b     the slower and the faster tangential index
  /// @param inside   the cell that it mirrors
  /// @param outermost  the outermost cell inside
  KOKKOS_FUNCTION Real ghost_value(int side, int field, int ghost, Index a, Index b, Real inside,
                                   Real outermost) const {
    const GhostRule<Real> own = rules(side, field);
    const auto at_face = either(given, side);
    const Real way = static_cast<Real>(ghost - mirrored(side, ghost)) * spacing;
    switch (own.rule) {
      case FaceRule::copy:
        return outermost;
      case FaceRule::mirror:
        return own.factor * inside;
      case FaceRule::value:
        return 2 * at_face(own.given, a, b) - inside;
      case FaceRule::slope:
        return inside + way * at_face(own.given, a, b);
      default:
        return robin(at_face(own.given, a, b), at_face(own.given + 1, a, b), at_face(own.given + 2, a, b), inside, way);
    }
  }

 private:
  /// From a (ghost + inside) / 2 + b (ghost - inside) / way = g.
  static KOKKOS_FUNCTION Real robin(Real a, Real b, Real g, Real inside, Real way) {
    return (2 * way * g - (a * way - 2 * b) * inside) / (a * way + 2 * b);
  }
};

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
KOKKOS_FUNCTION Index along(Index k, Index j, Index i) {
  return Axis == 0 ? i : Axis == 1 ? j : k;
}

/// The cell (k, j, i) of one of several fields with the index along an axis replaced by n.
template <int Axis, class View>
KOKKOS_FUNCTION typename View::reference_type replaced(const View& u, int field, Index k, Index j, Index i, Index n) {
  if constexpr (Axis == 0) {
    return u(field, k, j, n);
  } else if constexpr (Axis == 1) {
    return u(field, k, n, i);
  } else {
    return u(field, n, j, i);
  }
}

/// Fills ghosts from the block itself: the other end of a periodic axis that is not cut, or a face's condition. The
/// loop runs over a box in the numbering of EndPlace.
template <class Real, int Axis>
struct FillEnds {
  Fields<Real> u;
  EndRules<Real> ends;

  KOKKOS_FUNCTION void operator()(int, Index k, Index j, Index i) const {
    const EndPlace end(static_cast<int>(along<Axis>(k, j, i)), ends.ghosts);
    const int ghost = end.side == 0 ? end.layer : ends.ghosts + ends.cells + end.layer;
    const auto fields = static_cast<int>(u.extent(0));
    if (either(ends.sources, end.side) == GhostSource::wrap) {
      const int wrapped = end.side == 0 ? ghost + ends.cells : ghost - ends.cells;
      for (int field = 0; field < fields; ++field)
        replaced<Axis>(u, field, k, j, i, ghost) = replaced<Axis>(u, field, k, j, i, wrapped);
      return;
    }
    const int nearest = ends.nearest(end.side);
    for (int field = 0; field < fields; ++field) {
      if (!ends.mirrors(end.side, field)) continue;
      replaced<Axis>(u, field, k, j, i, ghost) =
          ends.ghost_value(end.side, field, ghost, Axis == 2 ? j : k, Axis == 0 ? j : i,
                           replaced<Axis>(u, field, k, j, i, ends.mirrored(end.side, ghost)),
                           replaced<Axis>(u, field, k, j, i, nearest));
    }
  }
};

/// FillEnds along y (box 0) and along z (box 1) of a block that is not cut, in one loop. What z takes along of y's
/// ghosts is computed from the cells that those take their values from, in the same order, so that no ghost waits for
/// another one.
template <class Real>
struct FillYAndZ {
  Fields<Real> u;
  EndRules<Real> y, z;

  KOKKOS_FUNCTION void operator()(int box, Index k, Index j, Index i) const {
    const auto fields = static_cast<int>(u.extent(0));
    if (box == 0) {
      const EndPlace end(static_cast<int>(j), y.ghosts);
      const int ghost = end.side == 0 ? end.layer : y.ghosts + y.cells + end.layer;
      for (int field = 0; field < fields; ++field) {
        if (fills(y, end.side, field)) u(field, k, ghost, i) = behind_y(end.side, field, k, ghost, i);
      }
    } else {
      const EndPlace end(static_cast<int>(k), z.ghosts);
      const int ghost = end.side == 0 ? end.layer : z.ghosts + z.cells + end.layer;
      for (int field = 0; field < fields; ++field) {
        if (fills(z, end.side, field)) u(field, ghost, j, i) = behind_z(end.side, field, ghost, j, i);
      }
    }
  }

 private:
  static KOKKOS_FUNCTION bool fills(const EndRules<Real>& ends, int side, int field) {
    return either(ends.sources, side) == GhostSource::wrap || ends.mirrors(side, field);
  }

  KOKKOS_FUNCTION Real behind_y(int side, int field, Index k, int ghost, Index i) const {
    if (either(y.sources, side) == GhostSource::wrap)
      return u(field, k, side == 0 ? ghost + y.cells : ghost - y.cells, i);
    return y.ghost_value(side, field, ghost, k, i, u(field, k, y.mirrored(side, ghost), i),
                         u(field, k, y.nearest(side), i));
  }

  KOKKOS_FUNCTION Real behind_z(int side, int field, int ghost, Index j, Index i) const {
    if (either(z.sources, side) == GhostSource::wrap)
      return filled_along_y(field, side == 0 ? ghost + z.cells : ghost - z.cells, j, i);
    return z.ghost_value(side, field, ghost, j, i, filled_along_y(field, z.mirrored(side, ghost), j, i),
                         filled_along_y(field, z.nearest(side), j, i));
  }

  /// A cell of a plane inside, or a ghost beside it as the loop's other box makes it.
  KOKKOS_FUNCTION Real filled_along_y(int field, Index k, Index j, Index i) const {
    const int side = j < y.ghosts ? 0 : 1;
    const bool inside = j >= y.ghosts && j < y.ghosts + y.cells;
    if (inside || !fills(y, side, field)) return u(field, k, j, i);
    return behind_y(side, field, k, static_cast<int>(j), i);
  }
};

}  // namespace tarn::detail
