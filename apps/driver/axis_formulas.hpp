#pragma once

#include <array>
#include <string>
#include <vector>

#include "tarn/apps/driver/check_values.hpp"

// Keys that hold one formula for all axes of the grid, or a list of one for each.

namespace tarn::apps {

/// A formula of such a key and the axes along which it holds: all of them, unless the deck gives a list. Entries of the
/// list that are the same text are one formula.
struct AxisFormula {
  std::string key;        ///< as in the deck, or an entry such as "heat.diffusivity[1]"
  std::vector<int> axes;  ///< 0, 1, 2 for x, y, z
};

/// Those of a deck; none if the key is not valid.
std::vector<AxisFormula> axis_formulas(const io::Deck& deck, const std::string& key);

/// Adds that a list has not one entry for each axis, if so.
void check_axis_formulas(const io::Deck& deck, const std::string& key, io::Problems& problems);

/// What the values of a coefficient of space must be that is needed in cells and on the faces of the domain across its
/// axes: at least 0.
ValuesOf values_across(const AxisFormula& formula);

/// The largest values of such a coefficient along each axis, as far as samples tell. Of a deck without problems.
std::array<double, 3> largest_along_axes(const io::Deck& deck, const std::string& key);

}  // namespace tarn::apps
