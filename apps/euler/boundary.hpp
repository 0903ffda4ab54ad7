#pragma once

#include <array>
#include <optional>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/euler/options.hpp"
#include "tarn/apps/euler/stage.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps::euler {

/// What is beyond the faces of the domain.
///
///   outflow  the outermost cell goes on
///   reflect  a wall: the cells inside, mirrored; under gravity their pressures go on as they would at rest
///   inflow   the initial state, where the formulas put it beyond the face
///   given    formulas of space and time; a wall where the formula `wall` says so
template <class Real, int Dim>
class Boundary {
 public:
  Boundary(const SimulationContext& context, const Options& options);

  /// For the ghosts of all fields.
  const FaceConditions& conditions() const { return conditions_; }
  /// See Walls.
  Walls walls() const;
  /// Fills the ghosts behind the faces that conditions() leave to the app.
  void fill(const Fields<Real>& u, const GhostFace& face, double time) const;

 private:
  /// The formulas of a given face.
  struct Given {
    std::vector<ops::Formula> fields;  ///< primitive quantities in the order of the fields
    std::optional<ops::Formula> wall;
  };

  void add_given(int axis, int side);

  SimulationContext context_;
  Options options_;
  std::array<std::array<std::string, 2>, 3> kinds_;
  FaceConditions conditions_;
  std::array<std::array<std::optional<Given>, 2>, 3> given_;
};

}  // namespace tarn::apps::euler
