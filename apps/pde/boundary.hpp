#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pde/system.hpp"
#include "tarn/core/grid/face_condition.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps::pde {

/// What a face of the domain gives to a field: part 0 of value and slope, parts 0 to 2 of robin.
struct FaceFormula {
  int axis, side, part;
  std::optional<ops::Formula> formula;  ///< of the deck; none: `node`
  int node = -1;                        ///< an expression of space and time in the system's graph
};

/// What the faces do to one field.
struct FieldFaces {
  std::array<std::array<FaceCondition, 2>, 3> condition{};
  std::vector<FaceFormula> formulas;
};

/// What is said of a robin that leaves ghosts unknown; the place follows.
inline const std::string says_nothing_beyond = "a u + b du/dx says nothing about the value beyond the face";

/// The table [pde.boundary], for the schema.
io::Table boundary_table();

/// Adds what is wrong with [pde.boundary]. The grid, the constants and the equations are sound.
void check_boundaries(const io::Deck& deck, const System& system, io::Problems& problems);

/// The key of [pde.boundary.FIELD] that speaks of a face: its own, or its axis'; none: neither is given.
std::optional<std::string> face_key(const io::Deck& deck, const std::string& field, int axis, int side);

/// Whether [pde.boundary] speaks of a face.
bool is_given(const io::Deck& deck, int axis, int side);
/// The formulas of a face's condition, at the key of face_key().
std::vector<io::FormulaText> formulas_at(const io::Deck& deck, const std::string& key);

/// What the faces of a deck without problems do to each field, and behind them to each auxiliary field.
std::vector<FieldFaces> faces_of(const io::Deck& deck, const System& system);

/// What the faces make of cells, for the step limit; a and b of robin as they are along the faces at the start.
std::vector<FieldEdges> edges_of(const io::Deck& deck, const System& system);

/// The conditions of several fields.
FaceConditions conditions_of(const std::vector<FieldFaces>& fields);

}  // namespace tarn::apps::pde
