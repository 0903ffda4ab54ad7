#pragma once

#include <string>
#include <vector>

#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps {

/// Evaluates a formula of the grid's axes, and of t where it was compiled with it, on a face of the domain.
/// @param axis, side  the face
/// @param t           [time]
/// @param values      as GhostCells::given(); every entry is written
template <class Real>
void set_face_values(const Space& space, const ops::Formula& formula, const Grid& grid, int axis, int side, double t,
                     const Field<Real, 2>& values);

/// The formulas that give values to faces of the domain, those of this rank's block.
template <class Real>
class FaceFormulas {
 public:
  /// Evaluates a formula on a face, and again at other times if it changes in time.
  /// @param field, part  of GhostCells::given(); nothing happens where the block is not at that face
  void add(const GhostCells<Real>& ghosts, int axis, int side, const ops::Formula& formula, int field = 0,
           int part = 0);

  /// Brings the values that change in time to a time.
  void set(const GhostCells<Real>& ghosts, double time);

  /// Whether values on faces across x change in time.
  bool move_x() const;

 private:
  struct Face {
    int axis, side, field, part;
    ops::Formula formula;
  };
  std::vector<Face> moving_;
  double set_for_ = 0;
};

}  // namespace tarn::apps
