#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "tarn/apps/driver/problem.hpp"

// Formulas of a deck are tried at some places before a run begins: a formula has no declared range.

namespace tarn::apps {

/// A place of the domain where a formula is tried.
struct Place {
  std::array<double, 3> x{};  ///< coordinates [length]
  std::string where = {};     ///< for messages, such as "behind the face x_lower"; empty in the cells
};

/// Gives the places of a deck's domain where a formula's values are used.
using Places = std::function<std::vector<Place>(const io::Deck&)>;

/// Centres of cells, spread evenly: of all cells where there are few.
std::vector<Place> in_cells(const io::Deck& deck);

/// Those, and the points beside them on the faces of the domain that are not periodic.
std::vector<Place> in_cells_and_on_faces(const io::Deck& deck);

/// Those, and centres of the ghosts behind faces whose boundary kind keeps what the formula gives there.
Places in_cells_and_behind(const std::string& boundary_kind, int layers);

/// On one face of the domain, or in the ghosts behind it.
Places on_face(int axis, int side);
Places behind_face(int axis, int side, int layers);

/// "at (0.5, 0.25), behind the face x_lower".
std::string text_of(const Place& place, int dimensions);

/// The value of a formula that formula_of() gave, at a place and a time.
double value_at(const ops::Formula& formula, const Place& place, double time, int dimensions);

/// A formula of a deck and what its values must be. They must be numbers, and fit the precision of the run.
struct ValuesOf {
  /// Which values are allowed; numbers they must be anyway.
  enum class Range { any, at_least_zero, above_zero };

  std::string key;                       ///< of the formula
  FormulaUse use = FormulaUse::initial;  ///< what it is for
  Places places = in_cells;              ///< where it is tried
  Range range = Range::any;              ///< of its values
  double time = 0;                       ///< that its values are used at first
};

/// Compiles formulas, and adds what is wrong with them; where nothing else is wrong with the deck, adds what is wrong
/// with their values too. A key without a value is left out.
void check_values(const io::Deck& deck, const std::vector<ValuesOf>& formulas, io::Problems& problems);

/// The same for the values of a formula that the app compiled itself, with slots for the grid's axes and perhaps t.
void check_values_of(const io::Deck& deck, const ValuesOf& asked, const ops::Formula& formula, io::Problems& problems);

/// The largest value of a formula of a deck without problems, as far as places tell; at least 0.
double largest_value(const io::Deck& deck, const ValuesOf& formula);

}  // namespace tarn::apps
