#pragma once

#include <array>
#include <string>
#include <vector>

#include "tarn/apps/pde/system.hpp"
#include "tarn/core/grid/face_condition.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps::pde {

/// A formula that a face of the domain gives to a field: part 0 of value and slope, parts 0 to 2 of robin.
struct FaceFormula {
  int axis, side, part;
  ops::Formula formula;
};

/// What the faces do to one field.
struct FieldFaces {
  std::array<std::array<FaceCondition, 2>, 3> condition{};
  std::vector<FaceFormula> formulas;
};

/// The table [pde.boundary], for the schema.
io::Table boundary_table();

/// Adds what is wrong with [pde.boundary]. The grid, the constants and the equations are sound.
void check_boundaries(const io::Deck& deck, const System& system, io::Problems& problems);

/// What the faces of a deck without problems do to a field, or to an auxiliary field.
FieldFaces faces_of(const io::Deck& deck, const std::string& field);

/// The conditions of several fields.
FaceConditions conditions_of(const std::vector<FieldFaces>& fields);

}  // namespace tarn::apps::pde
