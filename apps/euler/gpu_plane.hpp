#pragma once

#include "tarn/apps/euler/gpu_blocks.hpp"
#include "tarn/apps/euler/stage.hpp"
#include "tarn/core/pragmas.hpp"

// The plane of cells that a block of threads works on, see gpu_march.hpp: what the threads share of it, and how each
// reads its cells.

namespace tarn::apps::euler {

#if defined(TARN_GPU)

/// Quantity n of a gas, and of a flux.
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Real& nth(Primitive<Real, Dim>& w, int n) {
  return n == 0 ? w.density : n == Dim + 1 ? w.pressure : w.velocity[n - 1];
}
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Real& nth(Flux<Real, Dim>& f, int n) {
  return n == 0 ? f.density : n == Dim + 1 ? f.energy : f.momentum[n - 1];
}

/// What the threads of a block share: the cells of a plane and those beside them, the faces across x, and those across
/// y. States and fluxes lie there one quantity after the other.
template <class Real_, int Dim, int Width>
struct SharedPlane {
  using Real = Real_;
  static constexpr int columns = BlockShape<Dim>::columns, rows = BlockShape<Dim>::rows;
  static constexpr int width = Width, quantities = Dim + 2;
  static constexpr int beside = Dim == 3 ? width : 0;  // rows beside the block's
  static constexpr int pitch = columns + 2 * width, plane = pitch * (rows + 2 * beside);
  static constexpr int slots_x = (columns + 1) * rows, slots_y = Dim == 3 ? columns * (rows + 1) : 0;
  static constexpr int bytes = quantities * (plane + slots_x + slots_y) * static_cast<int>(sizeof(Real)) + 16;

  /// @param apart  from a quantity to the next
  template <class Numbers>
  KOKKOS_FORCEINLINE_FUNCTION static void put(Real* to, int apart, Numbers numbers) {
    TARN_UNROLL
    for (int n = 0; n < quantities; ++n)
      to[n * apart] = nth(numbers, n);
  }
  template <class Numbers>
  KOKKOS_FORCEINLINE_FUNCTION static Numbers get(const Real* from, int apart) {
    Numbers numbers;
    TARN_UNROLL
    for (int n = 0; n < quantities; ++n)
      nth(numbers, n) = from[n * apart];
    return numbers;
  }
};

/// Where a thread stands in its block, and what it reads.
/// @tparam Stage  has the scheme, the fields and the blocks
template <class Stage, int Dim, class Plane, class Member>
class PlaneThread {
 protected:
  using Real = typename Plane::Real;
  using State = Primitive<Real, Dim>;
  static constexpr int columns = Plane::columns, rows = Plane::rows, width = Plane::width, beside = Plane::beside;
  static constexpr int pitch = Plane::pitch;

  KOKKOS_FORCEINLINE_FUNCTION PlaneThread(const Stage& stage, const Member& team)
      : s_(stage),
        team_(team),
        place_(stage.blocks[team.league_rank()]),
        cells_(static_cast<Real*>(team.team_shmem().get_shmem(+Plane::bytes))),
        faces_x_(cells_ + Plane::quantities * Plane::plane),
        faces_y_(faces_x_ + Plane::quantities * Plane::slots_x),
        doubts_(reinterpret_cast<int*>(faces_y_ + Plane::quantities * Plane::slots_y)),
        rank_(team.team_rank()),
        x_(rank_ % columns),
        y_(rank_ / columns),
        here_(cells_ + (y_ + beside) * pitch + x_ + width),
        i_(place_.i + x_),
        j_(place_.j + y_),
        mine_(i_ < stage.blocks.box.end[0] && (Dim < 3 || j_ < stage.blocks.box.end[1])) {}

  KOKKOS_FORCEINLINE_FUNCTION Quick math() { return {&doubt_}; }

  /// A cell of plane m; beyond the box's last neighbours it is that neighbour, for threads without a cell.
  KOKKOS_FORCEINLINE_FUNCTION State load(Index m, Index j, Index i) {
    Conserved<Real, Dim> u;
    u.density = now(0, m, j, i);
    for_axes<Dim>([&](int d) { u.momentum[d] = now(1 + d, m, j, i); });
    u.energy = now(Dim + 1, m, j, i);
    return primitive_of(s_.scheme.look.gas, u, math());
  }
  KOKKOS_FORCEINLINE_FUNCTION Real now(int n, Index m, Index j, Index i) const {
    const CellRange& box = s_.blocks.box;
    const Index last_i = box.end[0] + width - 1, last_j = box.end[1] + width - 1;
    const Index k = Dim == 3 ? m : box.begin[2], row = Dim < 3 ? m : j < last_j ? j : last_j;
    return s_.fields.now(n, k, row, i < last_i ? i : last_i);
  }
  /// A scalar of a cell.
  KOKKOS_FORCEINLINE_FUNCTION Real ratio(int n, Index m, Index j, Index i) {
    return math().quotient(now(n, m, j, i), now(0, m, j, i));
  }

  /// use(x, y) for the cells beside the block, counted in its plane.
  template <class Use>
  KOKKOS_FORCEINLINE_FUNCTION void for_each_beside(const Use& use) const {
    constexpr int of_rows = 2 * beside * columns, all = of_rows + 2 * width * rows;
    for (int n = rank_; n < all; n += BlockShape<Dim>::threads) {
      int x, y;
      if (n < of_rows) {
        x = n % columns + width;
        y = n / columns;
        y += y < beside ? 0 : rows;
      } else {
        x = (n - of_rows) % (2 * width);
        x += x < width ? 0 : columns;
        y = (n - of_rows) / (2 * width) + beside;
      }
      use(x, y);
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION Real* slot_x(int x, int y) const { return faces_x_ + y * (columns + 1) + x; }
  KOKKOS_FORCEINLINE_FUNCTION Real* slot_y(int x, int y) const { return faces_y_ + y * columns + x; }
  KOKKOS_FORCEINLINE_FUNCTION Real* beside_x(int x, int y) const { return cells_ + (y + beside) * pitch + width + x; }

  const Stage& s_;
  const Member& team_;
  typename Blocks<Dim>::Place place_;
  Real *cells_, *faces_x_, *faces_y_;
  int* doubts_;
  int rank_, x_, y_;
  Real* here_;  ///< the plane's cell
  Index i_, j_;
  bool mine_;  ///< whether there is a cell
  bool doubt_ = false;
};

#endif

}  // namespace tarn::apps::euler
