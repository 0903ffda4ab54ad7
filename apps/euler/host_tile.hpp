#pragma once

#include <utility>
#include <vector>

#include "tarn/apps/euler/positivity.hpp"
#include "tarn/apps/euler/rows.hpp"
#include "tarn/apps/euler/stage.hpp"

namespace tarn::apps::euler {

/// Rows of all quantities of a gas and its scalars.
template <class Real>
struct Rows {
  Real* first;
  Index apart;  ///< from one quantity to the next

  Real* operator[](int quantity) const { return first + quantity * apart; }
  Rows moved(Index by) const { return {first + by, apart}; }
  template <int Dim>
  GasRow<Real, Dim> gas() const {
    GasRow<Real, Dim> rows;
    for (int n = 0; n < gas_fields<Dim>; ++n)
      rows[n] = (*this)[n];
    return rows;
  }
};

/// What lies on both sides of a row of faces: reconstructed states, and the cells' averages.
template <class Real>
struct FaceSides {
  Rows<Real> left, right, below, above;
};

/// One stage in a box of a few rows, marching along z. Every cell's primitive quantities are computed once, and so are
/// its edges along every axis and the flux through every face; what is needed again is kept in rows that stay in the
/// caches.
template <class Real, int Dim>
class HostTile {
 public:
  /// @param memory  grows as needed; holds nothing between tiles
  HostTile(const Scheme<Real, Dim>& scheme, const RoundedWeights<Real, Dim>& weights, const StageFields<Real>& fields,
           const CellRange& box, std::vector<Real>& memory)
      : scheme_(scheme),
        weights_(weights),
        fields_(fields),
        box_(box),
        quantities_(gas_fields<Dim> + scheme.scalars),
        width_(width_of(scheme.reconstruction)),
        length_(box.extent(0)),
        row_((length_ + 2 * width_ + 31) / 16 * 16),
        plane_(Dim > 1 ? (box.extent(1) + 2 * width_) * row_ : row_),
        planes_(Dim > 2 ? 2 * width_ : 1),
        edge_row_(edge_row<Real>(scheme.reconstruction)),
        solve_rows_(solve_rows<Real, Dim>(scheme.riemann)) {
    lay_out(memory);
  }

  Found run() {
    const Index first = box_.begin[2], last = box_.end[2];
    if constexpr (Dim > 2) {
      for (Index k = first - width_; k < first + width_; ++k)
        make_primitives(k);
      for (Index j = box_.begin[1]; j < box_.end[1]; ++j) {
        edges_z(first - 1, j);
        faces_z(first, j);
      }
    }
    for (Index k = first; k < last; ++k) {
      make_primitives(Dim > 2 ? k + width_ : k);
      if constexpr (Dim > 1) edges_y(k, box_.begin[1] - 1);
      for (Index j = box_.begin[1]; j < box_.end[1]; ++j)
        advance_row(k, j);
    }
    return found_;
  }

 private:
  using RowsOf = Rows<Real>;
  using Sides = FaceSides<Real>;
  static constexpr int gas_count = gas_fields<Dim>;

  void lay_out(std::vector<Real>& memory) {
    const Index all = Dim > 2 ? box_.extent(1) * row_ : row_;  // of a plane's faces across z
    const Index sizes[] = {planes_ * plane_, row_, row_, row_, row_, 2 * row_, 2 * row_, 2 * all, 2 * all, row_, row_};
    RowsOf* const places[] = {&cells_,  &lower_,   &upper_,  &upper_x_, &flux_x_,        &upper_y_,
                              &flux_y_, &upper_z_, &flux_z_, &turned_,  &turned_average_};
    Index total = 16;
    for (const Index size : sizes)
      total += quantities_ * size;
    if (static_cast<Index>(memory.size()) < total) memory.resize(static_cast<std::size_t>(total));
    Real* free = memory.data();
    for (std::size_t n = 0; n < std::size(sizes); ++n) {
      *places[n] = {free, sizes[n]};
      free += quantities_ * sizes[n];
    }
  }

  /// Primitive quantities of a row, from the box's first cell on.
  RowsOf cells(Index k, Index j) const {
    const Index plane = Dim > 2 ? (k + 8 * planes_) % planes_ : 0;
    const Index row = Dim > 1 ? j - box_.begin[1] + width_ : 0;
    return cells_.moved(plane * plane_ + row * row_ + width_);
  }
  RowsOf upper_y(Index j) const { return upper_y_.moved((j & 1) * row_); }
  RowsOf flux_y(Index j) const { return flux_y_.moved((j & 1) * row_); }
  RowsOf upper_z(Index k, Index j) const { return upper_z_.moved(of_plane(k, j)); }
  RowsOf flux_z(Index k, Index j) const { return flux_z_.moved(of_plane(k, j)); }
  Index of_plane(Index k, Index j) const { return ((k & 1) * box_.extent(1) + j - box_.begin[1]) * row_; }

  const Real* now(int quantity, Index k, Index j) const { return &fields_.now(quantity, k, j, box_.begin[0]); }

  void make_primitives(Index k) {
    const bool inside = k >= box_.begin[2] && k < box_.end[2];
    const Index beside = Dim > 1 && inside ? width_ : 0;  // rows beside the box serve the faces across y
    for (Index j = box_.begin[1] - beside; j < box_.end[1] + beside; ++j) {
      const RowsOf to = cells(k, j).moved(-width_);
      GasRow<Real, Dim> from;
      for (int n = 0; n < gas_count; ++n)
        from[n] = const_cast<Real*>(now(n, k, j)) - width_;
      const Index count = length_ + 2 * width_;
      primitive_row<Real, Dim>(scheme_.look.gas, from, to.template gas<Dim>(), count);
      for (int n = gas_count; n < quantities_; ++n)
        ratio_row<Real>(now(n, k, j) - width_, from[0], to[n], count);
    }
  }

  /// @param cells  cells(n) is the row of the cells n further up along the axis
  template <class Cells>
  void edges(const Cells& cells, const RowsOf& lower, const RowsOf& upper, Index count) const {
    RowsOf around[5];
    for (int n = 1 - width_; n < width_; ++n)
      around[n + width_ - 1] = cells(n);
    for (int m = 0; m < quantities_; ++m) {
      const Real* rows[5];
      for (int n = 0; n < 2 * width_ - 1; ++n)
        rows[n] = around[n][m];
      edge_row_(rows, lower[m], upper[m], count);
    }
  }
  void edges_y(Index k, Index j) const {
    edges([&](int n) { return cells(k, j + n); }, lower_, upper_y(j), length_);
  }
  void edges_z(Index k, Index j) const {
    edges([&](int n) { return cells(k + n, j); }, lower_, upper_z(k, j), length_);
  }

  UnsoundSides solve(int axis, const Sides& sides, const RowsOf& flux, Index count) const {
    const FaceRow<Real, Dim> row{sides.left.template gas<Dim>(), sides.right.template gas<Dim>(),
                                 sides.below.template gas<Dim>(), sides.above.template gas<Dim>(),
                                 flux.template gas<Dim>()};
    const UnsoundSides unsound = solve_rows_[axis](scheme_.look.gas, row, count);
    for (int n = gas_count; n < quantities_; ++n)
      scalar_flux_row<Real>(flux[0], sides.left[n], sides.right[n], flux[n], count);
    return unsound;
  }

  /// The faces below the cells of one row, across y or z.
  void solve_below(int axis, Index cell, Sides sides, const RowsOf& flux) {
    if (scheme_.walls.is_below(axis, cell)) {
      sides.left = turned(sides.right, turned_, axis);
      sides.below = turned(sides.above, turned_average_, axis);
    } else if (scheme_.walls.is_above(axis, cell)) {
      sides.right = turned(sides.left, turned_, axis);
      sides.above = turned(sides.below, turned_average_, axis);
    }
    const UnsoundSides unsound = solve(axis, sides, flux, length_);
    if (cell > box_.begin[axis]) found_.unsound_sides += unsound.left;
    if (cell < box_.end[axis]) found_.unsound_sides += unsound.right;
  }
  RowsOf turned(const RowsOf& rows, const RowsOf& to, int axis) const {
    for (int n = 0; n < quantities_; ++n) {
      for (Index i = 0; i < length_; ++i)
        to[n][i] = mirrored(n, axis, rows[n][i]);
    }
    return to;
  }

  void faces_x(Index k, Index j) {
    const RowsOf row = cells(k, j);
    edges([&](int n) { return row.moved(n - 1); }, lower_, upper_x_, length_ + 2);
    const Sides sides{upper_x_, lower_.moved(1), row.moved(-1), row};
    if (scheme_.walls.is_below(0, box_.begin[0])) {
      turn_one(sides.right, sides.left, 0);
      turn_one(sides.above, sides.below, 0);
    }
    if (scheme_.walls.is_above(0, box_.end[0])) {
      turn_one(sides.left, sides.right, length_);
      turn_one(sides.below, sides.above, length_);
    }
    const UnsoundSides unsound = solve(0, sides, flux_x_, length_ + 1);
    const bool first = is_sound(primitive_at<Real, Dim>(sides.left.template gas<Dim>(), 0));
    const bool last = is_sound(primitive_at<Real, Dim>(sides.right.template gas<Dim>(), length_));
    found_.unsound_sides += unsound.left + unsound.right - (first ? 0 : 1) - (last ? 0 : 1);
  }
  void turn_one(const RowsOf& from, const RowsOf& to, Index i) const {
    for (int n = 0; n < quantities_; ++n)
      to[n][i] = mirrored(n, 0, from[n][i]);
  }
  /// Those below row j; the edges of row j - 1 are there.
  void faces_y(Index k, Index j) {
    edges_y(k, j);
    solve_below(1, j, {upper_y(j - 1), lower_, cells(k, j - 1), cells(k, j)}, flux_y(j));
  }
  /// Those below plane k; the edges of plane k - 1 are there.
  void faces_z(Index k, Index j) {
    edges_z(k, j);
    solve_below(2, k, {upper_z(k - 1, j), lower_, cells(k - 1, j), cells(k, j)}, flux_z(k, j));
  }

  void advance_row(Index k, Index j) {
    faces_x(k, j);
    if constexpr (Dim > 1) {
      if (j == box_.begin[1]) faces_y(k, j);
      faces_y(k, j + 1);
    }
    if constexpr (Dim > 2) faces_z(k + 1, j);
    GasRow<Real, Dim> out;
    for (int n = 0; n < quantities_; ++n) {
      CellFluxes<Real, Dim> f;
      f.below[0] = flux_x_[n];
      f.above[0] = flux_x_[n] + 1;
      if constexpr (Dim > 1) {
        f.below[1] = flux_y(j)[n];
        f.above[1] = flux_y(j + 1)[n];
      }
      if constexpr (Dim > 2) {
        f.below[2] = flux_z(k, j)[n];
        f.above[2] = flux_z(k + 1, j)[n];
      }
      Real* const to = &fields_.out(n, k, j, box_.begin[0]);
      update_row<Real, Dim>(weights_, &fields_.start(n, k, j, box_.begin[0]), now(n, k, j), f, to, length_);
      if (n < gas_count) out[n] = to;
    }
    if (scheme_.heavy) add_weight(k, j, out);
    found_ += look_row<Real, Dim>(scheme_.look, out, length_);
  }
  void add_weight(Index k, Index j, const GasRow<Real, Dim>& out) const {
    for (int axis = 0; axis < Dim; ++axis) {
      if (weights_.push[axis] == 0) continue;
      add_row<Real>(weights_.push[axis], now(0, k, j), out[1 + axis], length_);
      add_row<Real>(weights_.push[axis], now(1 + axis, k, j), out[Dim + 1], length_);
    }
  }

  const Scheme<Real, Dim>& scheme_;
  const RoundedWeights<Real, Dim>& weights_;
  const StageFields<Real>& fields_;
  CellRange box_;
  int quantities_, width_;
  Index length_, row_, plane_, planes_;
  EdgeRow<Real> edge_row_;
  Kokkos::Array<SolveRow<Real, Dim>, Dim> solve_rows_;
  RowsOf cells_, lower_, upper_, upper_x_, flux_x_, upper_y_, flux_y_, upper_z_, flux_z_, turned_, turned_average_;
  Found found_;
};

}  // namespace tarn::apps::euler
