#pragma once

#include "tarn/apps/euler/positivity.hpp"
#include "tarn/apps/euler/reconstruction.hpp"
#include "tarn/apps/euler/riemann.hpp"
#include "tarn/apps/euler/stage.hpp"
#include "tarn/core/pragmas.hpp"

namespace tarn::apps::euler {

/// A reconstruction that is known only when it runs.
struct AnyReconstruction {
  static constexpr int reach = 3;
  Reconstruction scheme;
  int width;

  /// Both sides of the face below the cell in the middle.
  template <class Real>
  KOKKOS_FUNCTION Sides<Real> operator()(const Window<Real, reach>& q) const {
    switch (scheme) {
      case Reconstruction::constant:
        return sides_below<PiecewiseConstant>(q);
      case Reconstruction::minmod:
        return sides_below<Plm<Minmod>>(q);
      case Reconstruction::van_leer:
        return sides_below<Plm<VanLeer>>(q);
      case Reconstruction::mc:
        return sides_below<Plm<MonotonizedCentral>>(q);
      case Reconstruction::ppm:
        return sides_below<Ppm>(q);
      default:
        return sides_below<Weno5>(q);
    }
  }
};

/// A Riemann solver that is known only when it runs.
struct AnyRiemann {
  Riemann solver;

  template <int Axis, class Real, int Dim, class Math = Plain>
  KOKKOS_FORCEINLINE_FUNCTION Flux<Real, Dim> flux(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                   const Primitive<Real, Dim>& right, const Math& math = {}) const {
    switch (solver) {
      case Riemann::llf:
        return Llf::flux<Axis>(gas, left, right, math);
      case Riemann::hll:
        return Hll::flux<Axis>(gas, left, right, math);
      default:
        return Hllc::flux<Axis>(gas, left, right, math);
    }
  }
};

/// Cells that are done in first order are marked by 1, others by 0; those beside the patch too.
template <class Real>
struct Marks {
  static constexpr bool all_cells = false;
  Field<const Real, 3> mark;

  KOKKOS_FUNCTION bool operator()(Index k, Index j, Index i) const { return mark(k, j, i) > 0; }
};

/// No cell is marked, and all are done.
struct NoMarks {
  static constexpr bool all_cells = true;

  KOKKOS_FUNCTION bool operator()(Index, Index, Index) const { return false; }
};

/// What is counted on the way, on the device: unsound cells, and ends of cells where the average took the place of an
/// unsound reconstructed state. Empty: nothing is counted.
using DeviceCounts = Field<std::int64_t, 1>;

/// A stage of single cells, from nothing but the fields: every face is done from both of its sides. With Marks it does
/// once more, in first order, the cells that are marked and what the cells beside them share with these.
template <class Real, int Dim, class Reconstruct, class Marked>
struct CellStage {
  Scheme<Real, Dim> scheme;
  RoundedWeights<Real, Dim> weights;
  StageFields<Real> fields;
  Reconstruct reconstruct;
  Marked marked;
  DeviceCounts counts{};

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    if constexpr (Marked::all_cells) {
      advance({k, j, i});
    } else {
      bool concerned = marked(k, j, i) | marked(k, j, i - 1) | marked(k, j, i + 1);
      if constexpr (Dim > 1) concerned |= marked(k, j - 1, i) | marked(k, j + 1, i);
      if constexpr (Dim > 2) concerned |= marked(k - 1, j, i) | marked(k + 1, j, i);
      if (concerned) advance({k, j, i});
    }
  }

 private:
  struct Place {
    Index k, j, i;

    template <int Axis>
    KOKKOS_FUNCTION Place moved(int by) const {
      return {k + (Axis == 2 ? by : 0), j + (Axis == 1 ? by : 0), i + (Axis == 0 ? by : 0)};
    }
    template <int Axis>
    KOKKOS_FUNCTION Index along() const {
      return Axis == 0 ? i : Axis == 1 ? j : k;
    }
  };
  using State = Primitive<Real, Dim>;
  struct Fluxes {
    Flux<Real, Dim> below[Dim], above[Dim];
  };

  KOKKOS_FUNCTION Real now(int n, const Place& c) const { return fields.now(n, c.k, c.j, c.i); }
  KOKKOS_FUNCTION State primitive(const Place& c) const {
    Conserved<Real, Dim> u;
    u.density = now(0, c);
    for_axes<Dim>([&](int d) { u.momentum[d] = now(1 + d, c); });
    u.energy = now(Dim + 1, c);
    return primitive_of(scheme.look.gas, u);
  }
  KOKKOS_FUNCTION static Real& quantity(State& w, int n) {
    return n == 0 ? w.density : n == Dim + 1 ? w.pressure : w.velocity[n - 1];
  }

  /// Whether the face below a cell is done in first order.
  template <int Axis>
  KOKKOS_FUNCTION bool is_low(const Place& above) const {
    const Place below = above.template moved<Axis>(-1);
    return marked(above.k, above.j, above.i) || marked(below.k, below.j, below.i);
  }

  /// @param own  the side that belongs to the cell that is advanced: -1 the left one, 1 the right one
  template <int Axis>
  KOKKOS_FUNCTION Flux<Real, Dim> flux_below(const Place& above, int own) const {
    State left = primitive(above.template moved<Axis>(-1)), right = primitive(above);
    if (!is_low<Axis>(above)) reconstruct_sides<Axis>(above, own, left, right);
    mirror_at_walls<Axis>(scheme.walls, above.template along<Axis>(), left, right);
    return AnyRiemann{scheme.riemann}.template flux<Axis>(scheme.look.gas, left, right);
  }

  KOKKOS_FUNCTION void count(int what) const {
    if (counts.data() != nullptr) Kokkos::atomic_add(&counts(what), std::int64_t{1});
  }

  /// @param[in,out] left, right  averages of the cells; then reconstructed states where these are sound
  template <int Axis>
  KOKKOS_FUNCTION void reconstruct_sides(const Place& above, int own, State& left, State& right) const {
    constexpr int reach = Reconstruct::reach;
    State around[2 * reach];
    for (int n = -reconstruct.width; n < reconstruct.width; ++n)
      around[n + reach] = primitive(above.template moved<Axis>(n));
    State l = left, r = right;
    for (int m = 0; m < Dim + 2; ++m) {
      Window<Real, reach> q{};
      for (int n = -reconstruct.width; n < reconstruct.width; ++n)
        q.value[n + reach] = quantity(around[n + reach], m);
      const Sides<Real> sides = reconstruct(q);
      quantity(l, m) = sides.left;
      quantity(r, m) = sides.right;
    }
    if (!is_sound(own < 0 ? l : r)) count(1);
    left = sound_or(l, left);
    right = sound_or(r, right);
  }

  template <int Axis>
  KOKKOS_FUNCTION Real scalar_flux_below(int n, Real mass, const Place& above) const {
    constexpr int reach = Reconstruct::reach;
    Window<Real, reach> q{};
    for (int m = -reconstruct.width; m < reconstruct.width; ++m) {
      const Place c = above.template moved<Axis>(m);
      q.value[m + reach] = now(n, c) / now(0, c);
    }
    Sides<Real> sides{q(-1), q(0)};
    if (!is_low<Axis>(above)) sides = reconstruct(q);
    mirror_at_walls<Axis>(scheme.walls, above.template along<Axis>(), sides.left, sides.right);
    return scalar_flux(mass, sides.left, sides.right);
  }

  /// Both faces across an axis, by one body: compilers for GPUs take long over each.
  template <int Axis>
  KOKKOS_FUNCTION void set_fluxes(const Place& c, Fluxes& f) const {
    TARN_KEEP_LOOP
    for (int up = 0; up < 2; ++up) {
      const auto flux = flux_below<Axis>(c.template moved<Axis>(up), up == 0 ? 1 : -1);
      (up == 0 ? f.below[Axis] : f.above[Axis]) = flux;
    }
  }
  template <int Axis>
  KOKKOS_FUNCTION Real scalar_rise(int n, const Place& c, const Fluxes& f) const {
    Real flux = 0, rise = 0;
    TARN_KEEP_LOOP
    for (int up = 0; up < 2; ++up) {
      const Real mass = up == 0 ? f.below[Axis].density : f.above[Axis].density;
      const Real next = scalar_flux_below<Axis>(n, mass, c.template moved<Axis>(up));
      rise = next - flux;
      flux = next;
    }
    return rise;
  }

  KOKKOS_FUNCTION void advance(const Place& c) const {
    Fluxes f{};
    set_fluxes<0>(c, f);
    if constexpr (Dim > 1) set_fluxes<1>(c, f);
    if constexpr (Dim > 2) set_fluxes<2>(c, f);
    Real rise[Dim];
    for_axes<Dim>([&](int d) { rise[d] = f.above[d].density - f.below[d].density; });
    set(0, c, rise, Real(0), 0);
    TARN_UNROLL
    for (int m = 0; m < Dim; ++m) {
      for_axes<Dim>([&](int d) { rise[d] = f.above[d].momentum[m] - f.below[d].momentum[m]; });
      set(1 + m, c, rise, weights.push[m], 0);
    }
    for_axes<Dim>([&](int d) { rise[d] = f.above[d].energy - f.below[d].energy; });
    set(Dim + 1, c, rise, Real(0), 0);
    for (int m = 0; m < Dim; ++m)
      add_weight(Dim + 1, c, weights.push[m], 1 + m);
    for (int n = Dim + 2; n < Dim + 2 + scheme.scalars; ++n) {
      rise[0] = scalar_rise<0>(n, c, f);
      if constexpr (Dim > 1) rise[1] = scalar_rise<1>(n, c, f);
      if constexpr (Dim > 2) rise[2] = scalar_rise<2>(n, c, f);
      set(n, c, rise, Real(0), 0);
    }
    if (counts.data() != nullptr && !passes(scheme.look, out_primitive(c))) count(0);
  }

  KOKKOS_FUNCTION State out_primitive(const Place& c) const {
    Conserved<Real, Dim> u;
    u.density = fields.out(0, c.k, c.j, c.i);
    for_axes<Dim>([&](int d) { u.momentum[d] = fields.out(1 + d, c.k, c.j, c.i); });
    u.energy = fields.out(Dim + 1, c.k, c.j, c.i);
    return primitive_of(scheme.look.gas, u);
  }

  KOKKOS_FUNCTION void set(int n, const Place& c, const Real (&rise)[Dim], Real push, int pushed) const {
    fields.out(n, c.k, c.j, c.i) = advanced<Real, Dim>(weights, fields.start(n, c.k, c.j, c.i), now(n, c), rise);
    add_weight(n, c, push, pushed);
  }
  KOKKOS_FUNCTION void add_weight(int n, const Place& c, Real push, int pushed) const {
    if (push == 0) return;
    fields.out(n, c.k, c.j, c.i) = fields.out(n, c.k, c.j, c.i) + push * now(pushed, c);
  }
};

}  // namespace tarn::apps::euler
