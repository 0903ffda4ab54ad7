#include "tarn/apps/driver/verify/deck_solution.hpp"

#include <algorithm>
#include <cmath>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/io/deck/value.hpp"

namespace tarn::apps {

namespace {

/// Places along an axis of a cell of width 2 around 0, and their weights, which add up to 1.
const std::array<double, 3> gauss_places{-std::sqrt(0.6), 0, std::sqrt(0.6)};
constexpr std::array<double, 3> gauss_weights{5. / 18, 8. / 18, 5. / 18};

double at_centre(const ops::Formula& formula, const Box& cell, double time, int dimensions) {
  return value_at(formula, {{cell.centre(0), cell.centre(1), cell.centre(2)}}, time, dimensions);
}

double average_over(const ops::Formula& formula, const Box& cell, double time, int dimensions) {
  const int points = dimensions == 1 ? 3 : dimensions == 2 ? 9 : 27;
  double average = 0;
  for (int n = 0; n < points; ++n) {
    Place place;
    double weight = 1;
    for (int axis = 0, rest = n; axis < dimensions; ++axis, rest /= 3) {
      const auto along = static_cast<std::size_t>(rest % 3);
      place.x[axis] = cell.centre(axis) + 0.5 * (cell.upper[axis] - cell.lower[axis]) * gauss_places[along];
      weight *= gauss_weights[along];
    }
    average += weight * value_at(formula, place, time, dimensions);
  }
  return average;
}

/// At all times, not only at the start.
void check_all_the_time(const io::Deck& deck, io::Problems& problems) {
  ops::Graph graph;
  const auto parts = exact_parts(deck, graph);
  check_solution(deck, graph, parts, SolutionPlaces::centres, problems);
}

}  // namespace

io::Table exact_table() {
  return {.name = "exact",
          .meaning =
              "the exact solution, where one is known: formulas of x, y, z, t for fields of the state; at its end "
              "the run tells how far it is from it",
          .free_formulas = true,
          .free_meaning = "the exact solution for the field of this name",
          .keys = {{.name = "source",
                    .type = io::KeyType::text,
                    .meaning = "where it is taken from",
                    .default_text = "\"the deck\""}}};
}

void check_exact(const io::Deck& deck, const Model& model, io::Problems& problems) {
  std::vector<std::string> names;
  for (const auto& field : model.state)
    names.push_back(field.name);
  std::vector<ValuesOf> formulas;
  for (const auto& [name, formula] : deck.formulas("exact")) {
    const std::string key = "exact." + name;
    if (std::find(names.begin(), names.end(), name) == names.end())
      problems.add(deck.position(key), key, io::not_one_of(name, names));
    formulas.push_back({key, FormulaUse::of_time});
  }
  check_values(deck, formulas, problems);
  if (problems.empty()) check_all_the_time(deck, problems);
}

std::vector<SolutionPart> exact_parts(const io::Deck& deck, ops::Graph& graph) {
  const int dimensions = dimensions_of(deck);
  ops::FormulaContext context;
  for (int axis = 0; axis < dimensions; ++axis)
    context.variables.emplace_back(1, "xyz"[axis]);
  context.variables.emplace_back("t");
  context.constants = constants_of(deck).value();
  std::vector<SolutionPart> parts;
  for (const auto& [name, formula] : deck.formulas("exact"))
    parts.push_back({add_solution(graph, ops::parse_formula(formula.text, context), dimensions), "exact." + name,
                     formula.position});
  return parts;
}

std::vector<ExactField> exact_of(const io::Deck& deck, const Model& model) {
  std::vector<ExactField> exact;
  for (const auto& [name, text] : deck.formulas("exact")) {
    const auto value = model.averages ? average_over : at_centre;
    exact.push_back(
        {name, deck.text("exact.source"),
         [formula = formula_of(deck, "exact." + name, FormulaUse::of_time), value, dimensions = dimensions_of(deck)](
             const Box& cell, double time) { return value(formula, cell, time, dimensions); }});
  }
  return exact;
}

}  // namespace tarn::apps
