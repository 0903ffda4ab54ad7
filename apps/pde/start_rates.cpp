#include "tarn/apps/pde/start_rates.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/expression_text.hpp"
#include "tarn/apps/pde/graph_value.hpp"
#include "tarn/apps/pde/names.hpp"

namespace tarn::apps::pde {

namespace {

using ops::NodeKind;

/// Parts of a rate that need nothing but the fields of a cell, each as large as can be; and such parts of the names of
/// [pde.let] that it needs the fields of.
std::vector<int> parts_of_a_cell(const System& system, int rate) {
  std::vector<int> roots{rate};
  for (const Task& task : system.tasks({rate})) {
    if (task.is_field) roots.push_back(system.auxiliaries[static_cast<std::size_t>(task.number)].node);
  }
  roots.insert(roots.end(), system.laws.fastest.begin(), system.laws.fastest.end());
  roots.insert(roots.end(), system.laws.slowest.begin(), system.laws.slowest.end());
  const auto is_of_cell = [&](int node) {
    if ((system.dependence(node) & unsigned{on_neighbors | on_domain}) != 0) return false;
    const auto parts = system.graph.parts_of({node});
    return std::none_of(parts.begin(), parts.end(), [&](int part) {
      return system.graph[part].kind == NodeKind::variable && system.graph[part].index >= system.field_count();
    });
  };
  std::vector<int> found;
  for (const int part : system.graph.parts_of(roots, [&](int node) { return !is_of_cell(node); })) {
    const NodeKind kind = system.graph[part].kind;
    if (is_of_cell(part) && kind != NodeKind::constant && kind != NodeKind::variable) found.push_back(part);
  }
  return found;
}

class BadRate {
 public:
  BadRate(const io::Deck& deck, const System& system,
          const std::function<double(int field, const CellNumbers& cell)>& value)
      : system_(system), domain_(domain_of(deck)), value_(value) {}

  /// What is said of it; `culprit` becomes the part that is no number, if one of a cell is.
  std::string text(int field, const CellNumbers& cell, int& culprit) {
    const std::string& name = system_.fields[static_cast<std::size_t>(field)];
    const auto parts = parts_of_a_cell(system_, system_.rates[static_cast<std::size_t>(field)]);
    std::string text = fmt::format("at the start d/dt of {} is NaN or infinite in cell {}", name, numbers(cell));
    for (const CellNumbers& beside : around(cell)) {
      read(beside);
      const auto value = [&](int part) {
        return value_of(system_.graph, part, [&](int leaf) { return of_leaf(leaf, beside); });
      };
      for (const int part : parts) {
        if (std::isfinite(value(part))) continue;
        const auto inner = system_.graph.parts_of({part});  // children come first
        const int first =
            *std::find_if(inner.begin(), inner.end(), [&](int one) { return !std::isfinite(value(one)); });
        culprit = first;
        const std::string where = beside == cell ? "" : fmt::format(" in cell {}", numbers(beside));
        return text + fmt::format(": {} is {}{}, where {}", text_of(system_, first), number_text(value(first)), where,
                                  values(beside));
      }
    }
    read(cell);
    return text + fmt::format(", where {}", values(cell));
  }

 private:
  /// The cell, and those that an operator takes along an axis.
  std::vector<CellNumbers> around(const CellNumbers& cell) const {
    std::vector<CellNumbers> cells{cell};
    // A field of [pde.let] is read there, and has read cells beside it itself.
    const int farthest = std::max(1, system_.reach) * (system_.auxiliaries.empty() ? 1 : 2);
    for (int away = 1; away <= farthest; ++away) {
      for (std::size_t axis = 0; axis < static_cast<std::size_t>(system_.dimensions); ++axis) {
        for (const int to : {cell[axis] - away, cell[axis] + away}) {
          const int count = domain_.cells[axis];
          CellNumbers beside = cell;
          beside[axis] = domain_.periodic[axis] ? (to % count + count) % count : to;
          if (beside[axis] >= 0 && beside[axis] < count) cells.push_back(beside);
        }
      }
    }
    return cells;
  }

  void read(const CellNumbers& cell) {
    fields_.clear();
    for (int field = 0; field < system_.field_count(); ++field)
      fields_.push_back(value_(field, cell));
  }

  double centre(const CellNumbers& cell, std::size_t axis) const {
    return domain_.lower[axis] + (cell[axis] + 0.5) * domain_.spacing(static_cast<int>(axis));
  }

  double of_leaf(int leaf, const CellNumbers& cell) const {
    const int index = system_.graph[leaf].index;
    if (index == time_t) return 0;
    if (index < 0) return centre(cell, static_cast<std::size_t>(-1 - index));
    return fields_[static_cast<std::size_t>(index)];
  }

  std::string numbers(const CellNumbers& cell) const {
    return fmt::format("({})", fmt::join(cell.begin(), cell.begin() + system_.dimensions, ", "));
  }

  /// The coordinates and the first fields: of many fields a line cannot hold all.
  std::string values(const CellNumbers& cell) const {
    constexpr std::size_t most_fields = 8;
    std::vector<std::string> words;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(system_.dimensions); ++axis)
      words.push_back(fmt::format("{} = {:.6g}", "xyz"[axis], centre(cell, axis)));
    for (std::size_t field = 0; field < std::min(most_fields, fields_.size()); ++field)
      words.push_back(fmt::format("{} = {:.6g}", system_.fields[field], fields_[field]));
    if (fields_.size() > most_fields) words.push_back("...");
    return fmt::format("{}", fmt::join(words, ", "));
  }

  const System& system_;
  Domain domain_;
  const std::function<double(int field, const CellNumbers& cell)>& value_;
  std::vector<double> fields_;  ///< of the cell that was read last
};

/// The formula that has a part of a rate, by itself or by a name of [pde.let]: a flux along an axis, the signals along
/// it, or the equation.
/// @param part  -1: it is not known
DeckPlace formula_of_part(const io::Deck& deck, const System& system, int field, int part) {
  const std::string& name = system.fields[static_cast<std::size_t>(field)];
  const std::string equation = "pde.equations." + name, flux = "pde.flux." + name;
  if (!has_name(deck, "pde.flux", name)) return {deck.formula(equation).position, equation};
  const ops::Graph& graph = system.graph;
  const auto has_part = [&](int node) {
    const auto parts = graph.parts_of({node});
    return std::find(parts.begin(), parts.end(), part) != parts.end();
  };
  const auto axes = static_cast<std::size_t>(system.dimensions);
  for (const int node : graph.parts_of({system.rates[static_cast<std::size_t>(field)]})) {
    const auto& one = graph[node];
    if (one.kind != NodeKind::operation || static_cast<Operator>(one.index) != Operator::balance) continue;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      if (has_part(one.child[axis])) return {deck.formula_list(flux)[axis].position, flux};
    }
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const bool has_pairs = !system.laws.slowest.empty();
    if (has_pairs && has_part(system.laws.slowest[axis]))
      return {deck.formula_pairs("pde.signals")[axis][0].position, "pde.signals"};
    if (!has_part(system.laws.fastest[axis])) continue;
    if (has_pairs) return {deck.formula_pairs("pde.signals")[axis][1].position, "pde.signals"};
    return {deck.formula_list("pde.speed")[axis].position, "pde.speed"};
  }
  // Fluxes and signals are parts of a cell, and they were looked at: most likely the source is to blame.
  if (has_name(deck, "pde.equations", name)) return {deck.formula(equation).position, equation};
  return {deck.formula_list(flux)[0].position, flux};
}

/// Where a part of a rate stands in the deck; where the formula begins that has it, if that is not known.
DeckPlace place_of(const io::Deck& deck, const System& system, int field, int part) {
  DeckPlace formula = formula_of_part(deck, system, field, part);
  if (part < 0) return formula;
  const auto origin = system.origins.find(formula.key, part);
  return origin ? origin->place : formula;
}

/// Whether a rate can be told from the deck alone: it needs no number of the whole domain.
bool is_local(const System& system, int node) {
  for (const int part : system.graph.parts_of({node})) {
    const auto& one = system.graph[part];
    if (one.kind == NodeKind::operation && !is_stencil(static_cast<Operator>(one.index))) return false;
    if (one.kind != NodeKind::variable || one.index < system.field_count()) continue;
    if (!is_local(system, system.auxiliaries[static_cast<std::size_t>(one.index - system.field_count())].node))
      return false;
  }
  return true;
}

/// Whether the start has numbers that a single cell does not know.
bool starts_at_random(const io::Deck& deck, const System& system) {
  return std::any_of(system.fields.begin(), system.fields.end(),
                     [&](const std::string& field) { return start_of(deck, field).uses_random(); });
}

}  // namespace

void add_bad_rate(const io::Deck& deck, const System& system, int field, const CellNumbers& cell,
                  const std::function<double(int field, const CellNumbers& cell)>& value, io::Problems& problems) {
  int culprit = -1;
  const std::string text = BadRate(deck, system, value).text(field, cell, culprit);
  const DeckPlace place = place_of(deck, system, field, culprit);
  problems.add(place.position, place.key, text);
}

void check_start_rates(const io::Deck& deck, const System& system, const StartValues& start, io::Problems& problems) {
  constexpr int most_cells = 100;
  if (starts_at_random(deck, system)) return;
  const Domain domain = domain_of(deck);
  // Behind a face the start knows only its formula, so cells that read from there are left out.
  const int margin = std::max(1, system.reach) * (1 + static_cast<int>(system.auxiliaries.size()));
  auto cells = start.cells(most_cells);
  std::erase_if(cells, [&](const CellNumbers& cell) {
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(system.dimensions); ++axis) {
      if (!domain.periodic[axis] && (cell[axis] < margin || cell[axis] >= domain.cells[axis] - margin)) return true;
    }
    return false;
  });
  for (int field = 0; field < system.field_count(); ++field) {
    const int rate = system.rates[static_cast<std::size_t>(field)];
    if (!is_local(system, rate)) continue;
    const auto bad = std::find_if(cells.begin(), cells.end(),
                                  [&](const CellNumbers& cell) { return !std::isfinite(start.value(rate, cell)); });
    if (bad == cells.end()) continue;
    add_bad_rate(
        deck, system, field, *bad, [&](int n, const CellNumbers& cell) { return start.of_field(n, cell); }, problems);
  }
}

void check_start_signals(const io::Deck& deck, const System& system, const StartValues& start, io::Problems& problems) {
  constexpr int most_cells = 100;
  if (starts_at_random(deck, system)) return;
  const auto cells = start.cells(most_cells);
  const bool has_pairs = !system.laws.slowest.empty();
  for (std::size_t axis = 0; axis < system.laws.fastest.size(); ++axis) {
    if (start.is_estimate(system.laws.fastest[axis]) || (has_pairs && start.is_estimate(system.laws.slowest[axis])))
      continue;
    for (const auto& cell : cells) {
      const double fastest = start.value(system.laws.fastest[axis], cell);
      const double slowest = has_pairs ? start.value(system.laws.slowest[axis], cell) : 0;
      if (fastest >= slowest && std::isfinite(fastest) && std::isfinite(slowest)) continue;
      if (std::isnan(fastest) || std::isnan(slowest)) continue;  // a rate that is no number tells of it
      const std::string where =
          fmt::format("in cell ({}) at the start", fmt::join(cell.begin(), cell.begin() + system.dimensions, ", "));
      if (has_pairs) {
        problems.add(
            deck.formula_pairs("pde.signals")[axis][0].position, "pde.signals",
            fmt::format("the slowest is {} and the fastest {} {}", number_text(slowest), number_text(fastest), where));
      } else {
        problems.add(deck.formula_list("pde.speed")[axis].position, "pde.speed",
                     fmt::format("is {} {}: it is a finite number, and not below 0", number_text(fastest), where));
      }
      break;
    }
  }
}

}  // namespace tarn::apps::pde
