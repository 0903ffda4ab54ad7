#include "tarn/apps/pde/ringing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/pde/linear.hpp"
#include "tarn/apps/pde/names.hpp"

namespace tarn::apps::pde {

namespace {

using Kind = LinearTerm::Kind;

/// A first derivative of a field that stands in the row of a field alone; nothing: something may damp what it makes.
const LinearTerm* undamped_first(const System& system, const Linearisation& linear, int row) {
  const LinearTerm* found = nullptr;
  for (const LinearTerm& term : linear.terms) {
    if (term.row != row) continue;
    if (term.column >= system.field_count()) return nullptr;  // a let, in which there may be anything
    if (term.kind == Kind::first) {
      if (found == nullptr) found = &term;
    } else if (term.kind != Kind::value) {
      return nullptr;
    }
  }
  return found;
}

/// Whether the equation of a field has another one in it.
bool has(const Linearisation& linear, int row, int column) {
  return std::any_of(linear.terms.begin(), linear.terms.end(),
                     [&](const LinearTerm& term) { return term.row == row && term.column == column; });
}

}  // namespace

std::string ringing(const io::Deck& deck, const System& system) {
  System copy = system;
  const Linearisation linear = linearised(copy);
  for (int row = 0; row < system.field_count(); ++row) {
    const std::string& field = system.fields[static_cast<std::size_t>(row)];
    if (has_name(deck, "pde.flux", field)) continue;  // numerical fluxes damp
    const LinearTerm* const term = undamped_first(system, linear, row);
    if (term == nullptr) continue;
    // What another field is damped by reaches this one, and what it has not from this one is no wave of both.
    if (term->column != row && (!has(linear, term->column, row) || !undamped_first(system, linear, term->column)))
      continue;
    const std::string key = "pde.equations." + field;
    return fmt::format(
        "{}: {}: {} of {} is a central difference, and nothing in this equation damps short waves: behind steep parts "
        "of the solution there will be ripples of two cells. upwind(...) takes its values from where they come; a "
        "little diffusion damps them",
        to_string(deck.formula(key).position), key, term->text, variable_name(system, term->column));
  }
  return {};
}

}  // namespace tarn::apps::pde
