#pragma once

#include "tarn/apps/euler/options.hpp"
#include "tarn/apps/euler/stage_cell.hpp"
#include "tarn/apps/euler/walls.hpp"
#include "tarn/core/grid/grid.hpp"

namespace tarn::apps::euler {

/// What the stages of a run have in common.
template <class Real, int Dim>
struct Scheme {
  Reconstruction reconstruction;
  Riemann riemann;
  int scalars;
  Look<Real, Dim> look;
  Walls walls;
  bool heavy;  ///< whether there is gravity
};

/// Fields of one stage: out = start * u(start) + now * u(now) + rate * du/dt(now). `out` is neither of the others.
template <class Real>
struct StageFields {
  Fields<const Real> start, now;
  Fields<Real> out;
};

/// One stage in a box of cells, on a host.
template <class Real, int Dim>
Found stage_on_host(const Scheme<Real, Dim>& scheme, const RoundedWeights<Real, Dim>& weights,
                    const StageFields<Real>& fields, const CellRange& box);

}  // namespace tarn::apps::euler
