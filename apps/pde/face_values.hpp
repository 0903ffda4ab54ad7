#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/compiled.hpp"
#include "tarn/core/grid/ghost_cells.hpp"

namespace tarn::apps::pde {

template <class Real>
class PolynomialFaces;

/// A formula of a face of the domain.
struct FaceSlot {
  int field;  ///< behind the fields of the state those of [pde.let]
  int axis, side, part;
  bool is_of_solution;  ///< of [pde.manufactured]
  bool is_robin;
  // What bad_faces() found:
  bool leaves_ghost_unknown = false;  ///< a and b do; otherwise a value is NaN or infinite
  double time = 0;
};

/// The ghosts of some fields, and what the faces of the domain give to them.
template <class Real>
class FacedGhosts {
 public:
  /// @param faces  of each of the fields
  FacedGhosts(const SimulationContext& context, const System& system, const std::vector<FieldFaces>& faces);

  /// Brings what faces give to a time.
  void set(double time);
  /// Fills all ghosts. Collective.
  void fill(const Fields<Real>& u, double time) { ghosts_.fill(u, time); }

  /// The formulas that gave what is NaN or infinite when they were evaluated last, and those of a in a robin that left
  /// ghosts unknown; if there are none, those that did so at the first of the last times. Fields from 0 on. Corners
  /// beyond two faces count where an operator reads them. Collective.
  std::vector<FaceSlot> bad_faces() const;

  /// Whether what faces give changes in time, on this rank or another.
  bool faces_move() const { return faces_move_; }
  /// Whether what faces across x give on this rank stays as it is, so that ghosts may be filled before the time is
  /// known.
  bool x_faces_stay() const;
  /// For Compiled::store().
  RowEnds<Real> row_ends(const Fields<Real>& u) const { return ghosts_.row_ends(u); }
  /// Fills the ghosts that row_ends() left. Collective.
  void fill_rest(const Fields<Real>& u, double time) { ghosts_.fill_rest(u, time); }

  std::int64_t bytes_per_fill() const { return ghosts_.bytes_per_fill(); }
  std::int64_t bytes_per_fill_rest() const { return ghosts_.bytes_per_fill_rest(); }

 private:
  struct Value {
    std::size_t slot;  ///< its number among all
    bool moves;
    int axis, side;
    std::optional<ops::Formula> formula;
    std::shared_ptr<Compiled<double>> program;  ///< in place of a formula
    Field<Real, 2> values;
  };

  void add(const SimulationContext& context, const FaceFormula& face, int field, bool is_robin);
  void evaluate(const Value& value, double time) const;
  void evaluate_moving(double time) const;
  std::vector<FaceSlot> bad_at(double time) const;
  Field<Real, 2> given(const FaceSlot& slot, int part) const;

  const System& system_;
  GhostCells<Real> ghosts_;
  std::shared_ptr<PolynomialFaces<Real>> polynomials_;  ///< none of second order
  bool reads_corners_;                                  ///< whether operators do, beyond two faces
  bool faces_move_ = false;
  std::vector<FaceSlot> slots_;  ///< on all ranks
  std::vector<Value> values_;    ///< on this rank
  double set_for_ = 0;
  std::deque<double> times_;  ///< that values which change were last set for
};

}  // namespace tarn::apps::pde
