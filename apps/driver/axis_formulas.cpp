#include "tarn/apps/driver/axis_formulas.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::apps {

namespace {

std::string entry_of(const std::string& key, int entry) {
  return fmt::format("{}[{}]", key, entry);
}

/// Entries of the list; 0 where one formula holds along all axes.
int entries_of(const io::Deck& deck, const std::string& key) {
  int entries = 0;
  while (deck.has(entry_of(key, entries)))
    ++entries;
  return entries;
}

}  // namespace

std::vector<AxisFormula> axis_formulas(const io::Deck& deck, const std::string& key) {
  std::vector<AxisFormula> formulas;
  if (!deck.valid(key)) return formulas;
  const int entries = entries_of(deck, key), axes = deck.valid("grid.cells") ? dimensions_of(deck) : 3;
  for (int axis = 0; axis < (entries > 0 ? entries : axes); ++axis) {
    const std::string own = entries > 0 ? entry_of(key, axis) : key;
    const auto equal = std::find_if(formulas.begin(), formulas.end(), [&](const AxisFormula& other) {
      return deck.formula(other.key).text == deck.formula(own).text;
    });
    if (equal == formulas.end()) {
      formulas.push_back({own, {axis}});
    } else {
      equal->axes.push_back(axis);
    }
  }
  return formulas;
}

void check_axis_formulas(const io::Deck& deck, const std::string& key, io::Problems& problems) {
  const int entries = entries_of(deck, key);
  if (entries == 0 || !deck.valid("grid.cells") || entries == dimensions_of(deck)) return;
  problems.add(deck.position(key), key,
               fmt::format("a list of {} for a grid of {}: write one entry for each axis, or one number or formula for "
                           "all of them",
                           entries, dimensions_text(dimensions_of(deck))));
}

ValuesOf values_across(const AxisFormula& formula) {
  const auto places = [axes = formula.axes](const io::Deck& deck) {
    auto all = in_cells(deck);
    for (const int axis : axes) {
      for (int side = 0; side < 2 && !domain_of(deck).periodic[axis]; ++side) {
        const auto beside = on_face(axis, side)(deck);
        all.insert(all.end(), beside.begin(), beside.end());
      }
    }
    return all;
  };
  return {formula.key, FormulaUse::of_space, places, ValuesOf::Range::at_least_zero};
}

std::array<double, 3> largest_along_axes(const io::Deck& deck, const std::string& key) {
  std::array<double, 3> along{};
  for (const auto& formula : axis_formulas(deck, key)) {
    const double largest = largest_value(deck, values_across(formula));
    for (const int axis : formula.axes)
      along[axis] = largest;
  }
  return along;
}

}  // namespace tarn::apps
