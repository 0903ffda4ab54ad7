#pragma once

#include "tarn/apps/euler/cell_stage.hpp"
#include "tarn/apps/euler/gpu_blocks.hpp"
#include "tarn/core/pragmas.hpp"

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

  static constexpr int columns = BlockShape<Dim>::columns, rows = BlockShape<Dim>::rows, march = Dim - 1;
  static constexpr int width = Policy::width, quantities = Dim + 2, window = 2 * width - 1;
  static constexpr int beside = Dim == 3 ? width : 0;  // rows beside the block's
  static constexpr int pitch = columns + 2 * width, plane = pitch * (rows + 2 * beside);
  static constexpr int slots_x = (columns + 1) * rows, slots_y = Dim == 3 ? columns * (rows + 1) : 0;
  /// What the threads of a block share [bytes].
  static constexpr int shared = quantities * (plane + slots_x + slots_y) * static_cast<int>(sizeof(Real)) + 16;

  using State = Primitive<Real, Dim>;
  using FluxHere = Flux<Real, Dim>;
  using Place = typename Blocks<Dim>::Place;

  template <class Member>
  KOKKOS_FUNCTION void operator()(const Member& team) const {
    Thread<Member>(*this, team).run();
  }

 private:
  KOKKOS_FORCEINLINE_FUNCTION static Real& nth(State& w, int n) {
    return n == 0 ? w.density : n == Dim + 1 ? w.pressure : w.velocity[n - 1];
  }
  KOKKOS_FORCEINLINE_FUNCTION static Real& nth(FluxHere& f, int n) {
    return n == 0 ? f.density : n == Dim + 1 ? f.energy : f.momentum[n - 1];
  }
  /// States and fluxes in shared memory: one quantity after the other.
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

  struct Ends {
    State lower, upper;
  };

  /// What a thread knows.
  template <class Member>
  class Thread {
   public:
    KOKKOS_FORCEINLINE_FUNCTION Thread(const MarchStage& stage, const Member& team)
        : s_(stage),
          team_(team),
          place_(stage.blocks[team.league_rank()]),
          cells_(static_cast<Real*>(team.team_shmem().get_shmem(+shared))),
          faces_x_(cells_ + quantities * plane),
          faces_y_(faces_x_ + quantities * slots_x),
          doubts_(reinterpret_cast<int*>(faces_y_ + quantities * slots_y)),
          rank_(team.team_rank()),
          x_(rank_ % columns),
          y_(rank_ / columns),
          here_(cells_ + (y_ + beside) * pitch + x_ + width),
          i_(place_.i + x_),
          j_(place_.j + y_),
          mine_(i_ < stage.blocks.box.end[0] && (Dim < 3 || j_ < stage.blocks.box.end[1])) {}

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
      const auto& walls = s_.scheme.walls.at[Axis];
      if (above == walls[0]) {
        left = right;
        left.velocity[Axis] = -right.velocity[Axis];
      } else if (above == walls[1]) {
        right = left;
        right.velocity[Axis] = -left.velocity[Axis];
      }
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
      put(here_, plane, average_);
      for_each_beside([&](int x, int y) {
        put(cells_ + y * pitch + x, plane, load(m, place_.j + y - beside, place_.i + x - width));
      });
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

    /// Puts the upper ends of cells into the slots of the faces above them. Some threads do those of the cells below
    /// the block as well.
    KOKKOS_FORCEINLINE_FUNCTION void share_ends() {
      const Ends along_x = ends(here_, 1);
      lower_x_ = along_x.lower;
      look_at(along_x.lower);
      look_at(along_x.upper);
      put(slot_x(x_ + 1, y_), slots_x, along_x.upper);
      if constexpr (Dim == 3) {
        const Ends along_y = ends(here_, pitch);
        lower_y_ = along_y.lower;
        look_at(along_y.lower);
        look_at(along_y.upper);
        put(slot_y(x_, y_ + 1), slots_y, along_y.upper);
        if (y_ == 0) put(slot_y(x_, 0), slots_y, ends(here_ - pitch, pitch).upper);
      }
      const int row = BlockShape<Dim>::threads - 1 - rank_;  // of other warps than those above
      if (row < rows) put(slot_x(0, row), slots_x, ends(beside_x(-1, row), 1).upper);
    }

    /// Puts the fluxes in the place of the upper ends that they are made from. Some threads do the faces above the
    /// block as well.
    KOKKOS_FORCEINLINE_FUNCTION void share_fluxes() {
      Real* const slot = slot_x(x_, y_);
      flux_x_ = flux<0>(i_, get<State>(slot, slots_x), lower_x_, get<State>(here_ - 1, plane), average_);
      put(slot, slots_x, flux_x_);
      if constexpr (Dim == 3) {
        Real* const slot_below = slot_y(x_, y_);
        flux_y_ = flux<1>(j_, get<State>(slot_below, slots_y), lower_y_, get<State>(here_ - pitch, plane), average_);
        put(slot_below, slots_y, flux_y_);
        if (y_ == rows - 1) {
          Real* const last = slot_y(x_, rows);
          put(last, slots_y,
              flux<1>(j_ + 1, get<State>(last, slots_y), ends(here_ + pitch, pitch).lower, average_,
                      get<State>(here_ + pitch, plane)));
        }
      }
      if (rank_ < rows) {
        Real *const last = slot_x(columns, rank_), *const cell = beside_x(columns, rank_);
        put(last, slots_x,
            flux<0>(place_.i + columns, get<State>(last, slots_x), ends(cell, 1).lower, get<State>(cell - 1, plane),
                    get<State>(cell, plane)));
      }
    }

    KOKKOS_FORCEINLINE_FUNCTION void advance(Index m, FluxHere above) {
      if (!mine_) return;
      FluxHere above_x = get<FluxHere>(slot_x(x_ + 1, y_), slots_x), above_y;
      if constexpr (Dim == 3) above_y = get<FluxHere>(slot_y(x_, y_ + 1), slots_y);
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
      const auto& walls = s_.scheme.walls.at[Axis];
      if (above == walls[0]) left = right;
      if (above == walls[1]) right = left;
      return scalar_flux(mass, left, right);
    }

    const MarchStage& s_;
    const Member& team_;
    Place place_;
    Real *cells_, *faces_x_, *faces_y_;
    int* doubts_;
    int rank_, x_, y_;
    Real* here_;  ///< the plane's cell
    Index i_, j_;
    bool mine_;  ///< whether there is a cell
    bool doubt_ = false;
    int unsound_ = 0, unsound_ends_ = 0;
    State column_[window];  ///< around the plane's cell, along the march
    State average_, upper_, lower_x_, lower_y_;
    FluxHere flux_x_, flux_y_, below_;
  };
};

#endif

}  // namespace tarn::apps::euler
