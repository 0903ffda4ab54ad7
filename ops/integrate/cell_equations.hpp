#pragma once

#include <string>
#include <type_traits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/copy_fields.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/core/grid/stencil_cell.hpp"
#include "tarn/core/profile/regions.hpp"
#include "tarn/ops/integrate/two_steps.hpp"

namespace tarn::ops {

namespace detail {

/// What a stage writes to a cell, for set_cells().
template <class Real, class Rate, class Combine>
struct StageValue {
  static constexpr int dimensions = tarn::detail::dimensions_of_body<Rate>();
  /// What the rate asks for, unless the stage reads other arrays, whose values take registers too.
  static constexpr unsigned blocks_per_multiprocessor =
      Combine::other_arrays == 0 ? tarn::detail::blocks_of_body<Rate>() : tarn::detail::usual_blocks_per_multiprocessor;
  static constexpr int rows_at_once = tarn::detail::rows_at_once_of_body<Rate>();

  Rate rate;
  Fields<const Real> now;
  Combine combine;

  template <class I>
  requires(std::is_same_v<I, Index> || Rate::takes_lanes) KOKKOS_FORCEINLINE_FUNCTION auto operator()(Index k, Index j,
                                                                                                      I i) const {
    const auto rates = rate(StencilCell<Real, Rate::reach, I>{now, k, j, i});
    using Value = std::decay_t<decltype(tarn::detail::nth(rates, 0))>;
    Kokkos::Array<Value, Rate::fields> values;
    TARN_UNROLL
    for (int field = 0; field < Rate::fields; ++field)
      values[field] = combine(field, k, j, i, tarn::detail::nth(rates, field), now);
    return values;
  }

  template <class Visit>
  void first_reads(Index k, Index j, const Visit& visit) const {
    if constexpr (requires { rate.first_reads(now, k, j, visit); }) rate.first_reads(now, k, j, visit);
    combine.first_reads(k, j, visit);
  }
};

}  // namespace detail

/// Computes the stages of an Integrator for equations whose rate of change in a cell is a device function:
///
///   struct Rate {
///     static constexpr int fields = 2;         // how many it gives rates of
///     static constexpr int reach = 1;          // its farthest neighbour along any axis
///     static constexpr bool takes_lanes = true;  // written over values or lanes alike: + - * / alone
///     static constexpr int dimensions = 3;       // optional: of the grid; kernels for others are not compiled
///     static constexpr bool takes_two_steps = true;  // optional: see set_two_steps()
///     static constexpr unsigned blocks_per_multiprocessor = 8;  // optional: of GPU threads, see set_cells()
///     static constexpr int rows_at_once = 1;     // optional: of a host's long rows, see set_cells()
///     auto operator()(const auto& cell) const;   // a Kokkos::Array of rates, or one; see StencilCell
///     void first_reads(const Fields<const Real>& now, Index k, Index j, const auto& visit) const;  // optional
///   };
///
/// It fills the ghosts, computes inner cells while messages travel, fuses the integrator's weights into the kernel, and
/// counts and times all of it in the regions "halo" and "step".
template <class Real>
class CellEquations {
 public:
  /// @param regions  must outlive this object
  CellEquations(const Patch& patch, const FaceConditions& conditions, int fields, Regions& regions)
      : ghosts_(patch, conditions, fields), regions_(&regions) {}

  /// Where time and bytes are counted from now on. @param regions  must outlive this object, or the next such call
  void count_in(Regions& regions) { regions_ = &regions; }

  GhostCells<Real>& ghosts() { return ghosts_; }          ///< that are filled before each rate
  const Patch& patch() const { return ghosts_.patch(); }  ///< where the equations hold

  /// Whether values given on faces across x may differ from the time that fields are written to the time that their
  /// ghosts are read; false at first.
  void set_x_faces_move(bool move) { x_faces_move_ = move; }

  /// Forgets which ghosts are filled: the fields were written from outside.
  void forget() { filled_ = row_ends_filled_ = nullptr; }

  /// out = combine(field, cell, rate of the field in the cell), over this rank's cells. Collective.
  /// @param now   the fields that rates are computed from, ghosts not yet filled
  /// @param time  for an app's own ghosts
  /// @param out   another array than `now`; `combine` may read it in the cell itself
  /// @param extra_arrays  that `rate` reads beside `now`, for the count of bytes
  /// @throws ShapeMismatch if there are other numbers of fields; Error if the rate reaches beyond the ghosts
  template <class Rate, class Combine>
  void set(const std::string& label, const Rate& rate, const Fields<Real>& now, double time, const Fields<Real>& out,
           const Combine& combine, int extra_arrays = 0) {
    const Grid& grid = patch().grid();
    require(Rate::reach <= grid.ghosts(0), fmt::format("{}: a stencil that reaches {} cells far on a grid of {} ghosts",
                                                       label, Rate::reach, grid.ghosts(0)));
    tarn::detail::require_count(label.c_str(), now.extent(0), Rate::fields);
    require(now.data() != out.data(), label + ": a stage cannot be written over what its rate is computed from");
    const detail::StageValue<Real, Rate, Combine> value{rate, now, combine};
    const int streams = 2 + combine.arrays_beside(now.data()) + extra_arrays;  // `now`, `out` and others
    if (is_filled(now, time)) {
      store(label, grid.interior(), out, value, streams);
    } else {
      start_filling(now, time);
      const bool cut = patch().is_cut();
      if (cut) store(label, patch().inner(Rate::reach), out, value, streams);
      finish_filling(now, time);
      if (!cut) store(label, grid.interior(), out, value, streams);
      if (cut) {
        for (const CellRange& range : patch().rim(Rate::reach))
          store(label, range, out, value, streams);
      }
    }
    written(out);
  }

  /// out = the state after two steps of forward Euler from `now`, to the bit what two calls of set() make with a
  /// combination that adds the rate to `now`; in one pass over memory but for the cells next to those of other ranks,
  /// for which the state between the steps is exchanged. Collective. For rates that say takes_two_steps: they know
  /// their `dimensions`, reach one cell, look at neighbours along axes alone and do not depend on the time; and for
  /// faces that are none of FaceRule::own.
  /// @param now      the fields that rates are computed from, ghosts not yet filled
  /// @param lengths  of the steps
  /// @param out      another array than `now`
  /// @param extra_arrays  that `rate` reads beside `now`, for the count of bytes
  /// @throws ShapeMismatch, Error as set()
  template <class Rate>
  void set_two_steps(const std::string& label, const Rate& rate, const Fields<Real>& now, double time,
                     const Fields<Real>& out, const Kokkos::Array<StepWeight<Real>, 2>& lengths, int extra_arrays = 0) {
    static_assert(Rate::reach == 1, "two steps in one pass are for rates that reach one cell");
    tarn::detail::require_count(label.c_str(), now.extent(0), Rate::fields);
    require(now.data() != out.data(), label + ": a step cannot be written over what it is computed from");
    const int streams = 2 + extra_arrays;
    const bool filled = is_filled(now, time);
    if (!filled) start_filling(now, time);
    const CellRange inner = patch().inner(2 * Rate::reach);
    {
      const auto timer = regions_->time("step", bytes_of(inner, Rate::fields, streams));
      const detail::StateBetween<Real, Rate> between{
          rate, now, lengths[0], {ghosts_.end_rules(0), ghosts_.end_rules(1), ghosts_.end_rules(2)}};
      take_two_steps(label, patch().space(), inner, between, lengths[1], out, row_ends_of(out), planes_);
    }
    if (!filled) finish_filling(now, time);
    if (patch().is_cut()) set_two_steps_in_rim(label, rate, now, time, out, lengths, streams);
    written(out);
  }

  /// Makes the array that two steps need beside cut sides, if there are any; set_two_steps() does so where it is
  /// missing.
  /// @param now  fields, whose ghosts faces may hold
  /// @throws what allocation throws
  void make_ready_for_two_steps(const Fields<Real>& now) {
    if (!patch().is_cut() || between_.size() > 0) return;
    between_ = patch().grid().template make_fields<Real>("tarn::ops::between_steps", static_cast<int>(now.extent(0)));
    copy_fields<Real>(patch().space(), now, between_);
  }

  /// Gives back the memory that two steps need.
  void forget_two_steps() {
    between_ = {};
    planes_ = {};
  }

 private:
  bool is_filled(const Fields<Real>& u, double time) const { return filled_ == u.data() && filled_time_ == time; }

  void start_filling(const Fields<Real>& u, double time) {
    const bool rows = row_ends_filled_ == u.data();
    const auto timer = regions_->time("halo", rows ? ghosts_.bytes_per_fill_rest() : ghosts_.bytes_per_fill());
    ghosts_.start(u, time, rows);
  }
  void finish_filling(const Fields<Real>& u, double time) {
    {
      const auto timer = regions_->time("halo");
      ghosts_.finish(u, time);
    }
    filled_ = u.data();
    filled_time_ = time;
  }
  void written(const Fields<Real>& out) {
    if (filled_ == out.data()) filled_ = nullptr;
    row_ends_filled_ = x_faces_move_ ? nullptr : out.data();
  }

  /// Two single steps of the cells that are less than two cells away from those of other ranks.
  template <class Rate>
  void set_two_steps_in_rim(const std::string& label, const Rate& rate, const Fields<Real>& now, double time,
                            const Fields<Real>& out, const Kokkos::Array<StepWeight<Real>, 2>& lengths, int streams) {
    make_ready_for_two_steps(now);
    using Step = Combination<Real, 1, 0, 0>;
    using Value = detail::StageValue<Real, Rate, Step>;
    const Value first{rate, now, Step{{Fields<const Real>(now)}, {Real(1)}, lengths[0]}};
    const Value second{rate, between_, Step{{Fields<const Real>(between_)}, {Real(1)}, lengths[1]}};
    for (const CellRange& range : patch().rim(3 * Rate::reach))
      store(label, range, between_, first, streams);
    row_ends_filled_ = nullptr;
    start_filling(between_, time);
    finish_filling(between_, time);
    for (const CellRange& range : patch().rim(2 * Rate::reach))
      store(label, range, out, second, streams);
  }

  std::int64_t bytes_of(const CellRange& range, int fields, int streams) const {
    return streams * range.size() * fields * static_cast<std::int64_t>(sizeof(Real));
  }

  RowEnds<Real> row_ends_of(const Fields<Real>& out) const {
    auto row_ends = ghosts_.row_ends(out);
    if (x_faces_move_) row_ends.fill_none();
    return row_ends;
  }

  template <class Value>
  void store(const std::string& label, const CellRange& range, const Fields<Real>& out, const Value& value,
             int streams) {
    const auto timer = regions_->time("step", bytes_of(range, static_cast<int>(out.extent(0)), streams));
    set_cells(label, patch().space(), range, out, value, row_ends_of(out));
  }

  GhostCells<Real> ghosts_;
  Regions* regions_;
  bool x_faces_move_ = false;
  const Real* filled_ = nullptr;           ///< the fields whose ghosts are all filled,
  double filled_time_ = 0;                 ///< and the time that they are filled for
  const Real* row_ends_filled_ = nullptr;  ///< the fields that were written with row_ends()
  Fields<Real> between_;                   ///< the state between two steps beside cut sides, once there was one
  Field<Real, 1> planes_;                  ///< the same elsewhere, some planes or rows at a time
};

}  // namespace tarn::ops
