#pragma once

#include "tarn/apps/euler/cell_stage.hpp"
#include "tarn/apps/euler/gpu_plane.hpp"

// A stage on a GPU in 2D and 3D: blocks of threads march along the last axis, a column of cells each thread. In a block
// the primitive quantities of a cell, its edges and the fluxes through its faces are computed once. Along the march
// they stay in registers; across it they pass through the memory that the threads of a block share.

namespace tarn::apps::euler {

#if defined(TARN_GPU)

/// A stage of all cells; those of doubtful blocks come out wrong.
/// @tparam Carries  whether there are scalars
template <class Real, int Dim, class Policy, class Solver, bool Carries>
struct MarchStage {
  Scheme<Real, Dim> scheme;
  RoundedWeights<Real, Dim> weights;
  StageFields<Real> fields;
  Blocks<Dim> blocks;
  Solver solver;
  DeviceCounts counts;
  DoubtfulBlocks doubtful;

  static constexpr int march = Dim - 1, quantities = Dim + 2, width = Policy::width, window = 2 * width - 1;
  using Plane = SharedPlane<Real, Dim, width>;
  static constexpr int rows = Plane::rows, columns = Plane::columns, beside = Plane::beside, pitch = Plane::pitch;
  static constexpr int plane = Plane::plane, slots_x = Plane::slots_x, slots_y = Plane::slots_y;
  static constexpr int shared = Plane::bytes;  ///< what the threads of a block share

  using State = Primitive<Real, Dim>;
  using FluxHere = Flux<Real, Dim>;

  template <class Member>
  KOKKOS_FUNCTION void operator()(const Member& team) const {
    Thread<Member>(*this, team).run();
  }

 private:
  struct Ends {
    State lower, upper;
  };

  /// What a thread knows.
  template <class Member>
  class Thread : PlaneThread<MarchStage, Dim, Plane, Member> {
    using Base = PlaneThread<MarchStage, Dim, Plane, Member>;
    using Base::math, Base::load, Base::ratio, Base::for_each_beside, Base::slot_x, Base::slot_y, Base::beside_x;
    using Base::s_, Base::team_, Base::place_, Base::cells_, Base::doubts_, Base::rank_, Base::x_, Base::y_,
        Base::here_, Base::i_, Base::j_, Base::mine_, Base::doubt_;

   public:
    KOKKOS_FORCEINLINE_FUNCTION Thread(const MarchStage& stage, const Member& team) : Base(stage, team) {}

    KOKKOS_FORCEINLINE_FUNCTION void run() {
      if (rank_ == 0) *doubts_ = 0;
      begin();
      TARN_KEEP_LOOP
      for (Index m = place_.first; m < place_.end; ++m) {
        share_plane(m);
        team_.team_barrier();
        share_ends();
        team_.team_barrier();
        share_fluxes();
        const FluxHere above = flux_ahead(m);
        team_.team_barrier();
        advance(m, above);
        if constexpr (Carries) carry(m, above);
        below_ = above;
      }
      if (doubt_) *doubts_ = 1;
      team_.team_barrier();
      if (*doubts_ == 0) {
        if (unsound_ > 0) Kokkos::atomic_add(&s_.counts(0), std::int64_t{unsound_});
        if (unsound_ends_ > 0) Kokkos::atomic_add(&s_.counts(1), std::int64_t{unsound_ends_});
      } else if (rank_ == 0) {
        s_.doubtful(team_.league_rank()) = 1;
      }
    }

   private:
    KOKKOS_FORCEINLINE_FUNCTION void move_on(Index m) {
      TARN_UNROLL
      for (int n = 0; n + 1 < window; ++n)
        column_[n] = column_[n + 1];
      column_[window - 1] = load(m, j_, i_);
    }

    /// The ends along an axis of a cell in shared memory, and of the middle one of the column.
    KOKKOS_FORCEINLINE_FUNCTION Ends ends(const Real* cell, int stride) {
      Ends ends;
      TARN_UNROLL
      for (int n = 0; n < quantities; ++n) {
        const auto e = Policy::edges(Along<Real>{cell + n * plane, stride}, math());
        nth(ends.lower, n) = e.lower;
        nth(ends.upper, n) = e.upper;
      }
      return ends;
    }
    KOKKOS_FORCEINLINE_FUNCTION Ends column_ends() {
      Ends ends;
      TARN_UNROLL
      for (int n = 0; n < quantities; ++n) {
        Window<Real, width - 1> q;
        TARN_UNROLL
        for (int m = 0; m < window; ++m)
          q.value[m] = nth(column_[m], n);
        const auto e = Policy::edges(q, math());
        nth(ends.lower, n) = e.lower;
        nth(ends.upper, n) = e.upper;
      }
      return ends;
    }
    KOKKOS_FORCEINLINE_FUNCTION void look_at(const State& end, bool counts = true) {
      if (mine_ && counts && !is_sound(end)) ++unsound_ends_;
    }

    /// @param above  the cell above the face
    template <int Axis>
    KOKKOS_FORCEINLINE_FUNCTION FluxHere flux(Index above, State left, State right, const State& left_average,
                                              const State& right_average) {
      left = sound_or(left, left_average);
      right = sound_or(right, right_average);
      mirror_at_walls<Axis>(s_.scheme.walls, above, left, right);
      return s_.solver.template flux<Axis>(s_.scheme.look.gas, left, right, math());
    }

    /// The face below the first plane.
    KOKKOS_FORCEINLINE_FUNCTION void begin() {
      TARN_UNROLL
      for (int n = 0; n < window; ++n)
        column_[n] = load(place_.first - width + n, j_, i_);
      average_ = column_[width - 1];
      upper_ = column_ends().upper;
      below_ = flux_ahead(place_.first - 1, false);
    }

    /// The flux through the upper face of the plane's cell across the march; the column moves on to the next plane.
    KOKKOS_FORCEINLINE_FUNCTION FluxHere flux_ahead(Index m, bool is_cell = true) {
      move_on(m + width);
      const Ends next = column_ends();
      look_at(upper_, is_cell);
      look_at(next.lower, m + 1 < place_.end);
      const FluxHere f = flux<march>(m + 1, upper_, next.lower, average_, column_[width - 1]);
      upper_ = next.upper;
      return f;
    }

    /// Puts the plane where all threads can read it, with the cells beside the block.
    KOKKOS_FORCEINLINE_FUNCTION void share_plane(Index m) {
      average_ = column_[width - 1];
      if (mine_ && !passes(s_.scheme.look, average_)) ++unsound_;
      Plane::put(here_, plane, average_);
      for_each_beside([&](int x, int y) {
        Plane::put(cells_ + y * pitch + x, plane, load(m, place_.j + y - beside, place_.i + x - width));
      });
    }
    /// Puts the upper ends of cells into the slots of the faces above them. Some threads do those of the cells below
    /// the block as well.
    KOKKOS_FORCEINLINE_FUNCTION void share_ends() {
      const Ends along_x = ends(here_, 1);
      lower_x_ = along_x.lower;
      look_at(along_x.lower);
      look_at(along_x.upper);
      Plane::put(slot_x(x_ + 1, y_), slots_x, along_x.upper);
      if constexpr (Dim == 3) {
        const Ends along_y = ends(here_, pitch);
        lower_y_ = along_y.lower;
        look_at(along_y.lower);
        look_at(along_y.upper);
        Plane::put(slot_y(x_, y_ + 1), slots_y, along_y.upper);
        if (y_ == 0) Plane::put(slot_y(x_, 0), slots_y, ends(here_ - pitch, pitch).upper);
      }
      const int row = BlockShape<Dim>::threads - 1 - rank_;  // of other warps than those above
      if (row < rows) Plane::put(slot_x(0, row), slots_x, ends(beside_x(-1, row), 1).upper);
    }

    /// Puts the fluxes in the place of the upper ends that they are made from. Some threads do the faces above the
    /// block as well.
    KOKKOS_FORCEINLINE_FUNCTION void share_fluxes() {
      Real* const slot = slot_x(x_, y_);
      flux_x_ = flux<0>(i_, Plane::template get<State>(slot, slots_x), lower_x_,
                        Plane::template get<State>(here_ - 1, plane), average_);
      Plane::put(slot, slots_x, flux_x_);
      if constexpr (Dim == 3) {
        Real* const slot_below = slot_y(x_, y_);
        flux_y_ = flux<1>(j_, Plane::template get<State>(slot_below, slots_y), lower_y_,
                          Plane::template get<State>(here_ - pitch, plane), average_);
        Plane::put(slot_below, slots_y, flux_y_);
        if (y_ == rows - 1) {
          Real* const last = slot_y(x_, rows);
          Plane::put(last, slots_y,
                     flux<1>(j_ + 1, Plane::template get<State>(last, slots_y), ends(here_ + pitch, pitch).lower,
                             average_, Plane::template get<State>(here_ + pitch, plane)));
        }
      }
      if (rank_ < rows) {
        Real *const last = slot_x(columns, rank_), *const cell = beside_x(columns, rank_);
        Plane::put(last, slots_x,
                   flux<0>(place_.i + columns, Plane::template get<State>(last, slots_x), ends(cell, 1).lower,
                           Plane::template get<State>(cell - 1, plane), Plane::template get<State>(cell, plane)));
      }
    }

    KOKKOS_FORCEINLINE_FUNCTION void advance(Index m, FluxHere above) {
      if (!mine_) return;
      FluxHere above_x = Plane::template get<FluxHere>(slot_x(x_ + 1, y_), slots_x), above_y;
      if constexpr (Dim == 3) above_y = Plane::template get<FluxHere>(slot_y(x_, y_ + 1), slots_y);
      TARN_UNROLL
      for (int n = 0; n < quantities; ++n) {
        Real rise[Dim];
        rise[0] = nth(above_x, n) - nth(flux_x_, n);
        if constexpr (Dim == 3) rise[1] = nth(above_y, n) - nth(flux_y_, n);
        rise[march] = nth(above, n) - nth(below_, n);
        set(n, m, rise);
      }
    }
    KOKKOS_FORCEINLINE_FUNCTION void set(int n, Index m, const Real (&rise)[Dim]) const {
      const Index k = Dim == 3 ? m : s_.blocks.box.begin[2], row = Dim == 3 ? j_ : m;
      const auto now_here = [&](int q) { return s_.fields.now(q, k, row, i_); };
      Real next = advanced<Real, Dim>(s_.weights, s_.fields.start(n, k, row, i_), now_here(n), rise);
      for_axes<Dim>([&](int d) {
        const Real push = s_.weights.push[d];
        if (push != 0 && (n == 1 + d || n == Dim + 1)) next = next + push * now_here(n == Dim + 1 ? 1 + d : 0);
      });
      s_.fields.out(n, k, row, i_) = next;
    }

    /// Advances the scalars by the mass that has passed, one after the other.
    KOKKOS_FORCEINLINE_FUNCTION void carry(Index m, const FluxHere& above) {
      TARN_KEEP_LOOP
      for (int n = quantities; n < quantities + s_.scheme.scalars; ++n) {
        *here_ = ratio(n, m, j_, i_);
        for_each_beside(
            [&](int x, int y) { cells_[y * pitch + x] = ratio(n, m, place_.j + y - beside, place_.i + x - width); });
        team_.team_barrier();
        if (mine_) {
          Window<Real, width> column;
          for (int q = -width; q <= width; ++q)
            column.value[q + width] = ratio(n, m + q, j_, i_);
          Real rise[Dim];
          rise[0] = scalar_rise<0>(Along<Real>{here_, 1}, i_, flux_x_.density, *slot_x(x_ + 1, y_));
          if constexpr (Dim == 3)
            rise[1] = scalar_rise<1>(Along<Real>{here_, pitch}, j_, flux_y_.density, *slot_y(x_, y_ + 1));
          rise[march] = scalar_rise<march>(column, m, below_.density, above.density);
          set(n, m, rise);
        }
        team_.team_barrier();
      }
    }
    /// @param q  the scalar around the cell along an axis
    template <int Axis, class Cells>
    KOKKOS_FORCEINLINE_FUNCTION Real scalar_rise(const Cells& q, Index cell, Real mass_below, Real mass_above) {
      const auto below = Policy::edges(Shifted<-1, Cells>{q}, math()), here = Policy::edges(q, math());
      const auto above = Policy::edges(Shifted<1, Cells>{q}, math());
      return scalar_flux_at<Axis>(cell + 1, mass_above, here.upper, above.lower) -
             scalar_flux_at<Axis>(cell, mass_below, below.upper, here.lower);
    }
    template <int Axis>
    KOKKOS_FORCEINLINE_FUNCTION Real scalar_flux_at(Index above, Real mass, Real left, Real right) const {
      mirror_at_walls<Axis>(s_.scheme.walls, above, left, right);
      return scalar_flux(mass, left, right);
    }

    int unsound_ = 0, unsound_ends_ = 0;
    State column_[window];  ///< around the plane's cell, along the march
    State average_, upper_, lower_x_, lower_y_;
    FluxHere flux_x_, flux_y_, below_;
  };
};

#endif

}  // namespace tarn::apps::euler
