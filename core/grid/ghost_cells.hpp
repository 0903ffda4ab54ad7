#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "tarn/core/grid/cell_boxes.hpp"
#include "tarn/core/grid/face_condition.hpp"
#include "tarn/core/grid/halo.hpp"
#include "tarn/core/grid/patch.hpp"
#include "tarn/core/grid/row_ends.hpp"

namespace tarn {

/// Ghosts behind one face of the domain, all layers, that an app fills by itself.
struct GhostFace {
  int axis, side;   ///< axis: 0 is x; side: 0 the lower end, 1 the upper
  CellRange cells;  ///< tangentially with those ghosts that are filled already
};

/// Fills the ghosts of fields on one patch: from the other ranks, and by the conditions at the faces of the domain. One
/// object serves any number of arrays of fields that share their conditions.
///
/// First come the ghosts that are cells of other ranks, then those along x, then y, then z, each taking along the
/// ghosts that were filled before. So a ghost has the same bits on every decomposition, edges and corners included.
template <class Real>
class GhostCells {
 public:
  /// Fills the ghosts behind a face: cells of `u`, at a time.
  using OwnRule = std::function<void(const Fields<Real>& u, const GhostFace& face, double time)>;

  /// On a GPU earlier work on the patch's instance is waited for, and no other instance's; its end waits for nothing
  /// but messages. A tarn::Runtime must be there.
  /// @param conditions  at every face of the domain one for each field
  /// @throws Error if a face that is not periodic has not as many conditions as there are fields
  GhostCells(const Patch& patch, const FaceConditions& conditions, int fields = 1);

  const Patch& patch() const { return patch_; }  ///< what the ghosts belong to

  /// Sets what fills the ghosts behind the faces with a FaceRule::own.
  void set_own(OwnRule rule) { own_ = std::move(rule); }

  /// What a face gives to a field at every tangential cell, ghosts included: v of FaceRule::value, g of slope, and a, b
  /// and g of robin as parts 0, 1 and 2. Zeros at first (robin: a = 1), enqueued on the patch's instance; the caller
  /// writes them there, ghosts too, since corners are filled with them: beyond a periodic end those of the cells that
  /// the ghosts stand for, which CellCenters::wrapped() tells.
  /// @returns (extent of the slower tangential axis, of the faster one): (z, y) for axis 0, (z, x) for axis 1, (y, x)
  /// for
  ///   axis 2; empty where the patch is not at that boundary or the condition needs nothing
  Field<Real, 2> given(int axis, int side, int field = 0, int part = 0) const;

  /// Fills all ghosts. Collective. Work that is enqueued on the patch's instance later sees them without a fence.
  /// @param u     (fields, extent z, y, x) of the grid, the block's own cells written; no fence needed before
  /// @param time  for the app's own rules
  /// @throws ShapeMismatch if `u` has not the grid's extents
  void fill(const Fields<Real>& u, double time = 0);
  void fill(const Field<Real, 3>& u) { fill(as_fields(u)); }  ///< the same for one field

  /// For kernels that make ghosts of their own: how those along an axis are filled from the block itself. Given values
  /// count as they are when the kernel runs.
  const detail::EndRules<Real>& end_rules(int axis) const { return ends_[static_cast<std::size_t>(axis)]; }

  /// For set_cells(): fills the ghosts of axis x that come from the block itself while `u` is written. Given values
  /// count as they are when the kernel runs.
  /// @throws ShapeMismatch if `u` has not the grid's extents
  RowEnds<Real> row_ends(const Fields<Real>& u) const;
  RowEnds<Real> row_ends(const Field<Real, 3>& u) const { return row_ends(as_fields(u)); }  ///< the same for one field

  /// fill() for fields that were written with row_ends(): fills the other ghosts. The result has the same bits.
  void fill_rest(const Fields<Real>& u, double time = 0);
  void fill_rest(const Field<Real, 3>& u) { fill_rest(as_fields(u)); }  ///< the same for one field

  /// fill() or fill_rest() in two halves: between them cells that are Patch::inner() of the stencil's width may be
  /// computed; their ghosts are filled by start().
  /// @param row_ends_filled  whether `u` was written with row_ends()
  void start(const Fields<Real>& u, double time, bool row_ends_filled);
  /// @param u, time  that start() was called with
  void finish(const Fields<Real>& u, double time);

  /// Bytes that one fill() moves in this rank's device memory: a ghost that is filled from the block is read and
  /// written once, one that comes from another rank twice, for packing and unpacking.
  std::int64_t bytes_per_fill() const { return bytes_from_axis(0) + halo_.bytes(); }
  /// The same of fill_rest().
  std::int64_t bytes_per_fill_rest() const { return bytes_from_axis(rows_ended() ? 1 : 0) + halo_.bytes(); }

 private:
  /// Which ghosts behind the ends of an axis: all, those that need no message, or the others.
  enum class Part { all, inner, beyond_cuts };

  /// The ghosts of a part behind the ends of an axis.
  struct Places {
    std::vector<CellRange> tangential;  ///< in the order that they may be filled in
    CellBoxes ends;                     ///< the same, along the axis in the numbering of detail::EndPlace
  };

  void make_rules(int axis, const FaceConditions& conditions);
  CellRange tangential(int axis, Part part) const;
  Places places(int axis, Part part) const;
  CellRange ends_box(int axis, CellRange tangential) const;
  bool rows_ended() const;
  std::int64_t bytes_from_axis(int first) const;
  bool has_own_rules() const;
  void fill_local(const Fields<Real>& u, double time, int first_axis, Part part);
  template <int Axis>
  void fill_axis(const Fields<Real>& u, double time, const Places& places);

  Patch patch_;
  int fields_;
  Halo<Real> halo_;
  std::array<detail::EndRules<Real>, 3> ends_;
  std::array<std::array<Field<Real, 3>, 2>, 3> given_;
  std::array<std::array<std::vector<detail::GhostRule<Real>>, 2>, 3> rules_;
  std::array<std::array<Places, 3>, 3> places_;  ///< of an axis and a part
  CellBoxes y_and_z_;                            ///< all ends of both, where one launch fills them; else nothing
  OwnRule own_;
};

}  // namespace tarn
