#include "tarn/apps/pde/start_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/compiled.hpp"

namespace tarn::apps::pde {

StartValues::StartValues(const io::Deck& deck, const System& system) : system_(system), domain_(domain_of(deck)) {
  for (const auto& field : system.fields)
    initial_.push_back(start_of(deck, field));
}

std::vector<std::array<int, 3>> StartValues::cells(int most) const {
  constexpr int any = std::numeric_limits<int>::max();
  const int along =
      system_.cells <= most ? any : std::max(1, static_cast<int>(std::pow(most, 1.0 / system_.dimensions)));
  std::array<int, 3> count{1, 1, 1};
  for (int axis = 0; axis < system_.dimensions; ++axis)
    count[static_cast<std::size_t>(axis)] = std::min(along, domain_.cells[static_cast<std::size_t>(axis)]);
  std::vector<std::array<int, 3>> cells;
  const auto place = [&](std::size_t axis, int n) {
    return static_cast<int>((n + 0.5) / count[axis] * domain_.cells[axis]);
  };
  for (int k = 0; k < count[2]; ++k) {
    for (int j = 0; j < count[1]; ++j) {
      for (int i = 0; i < count[0]; ++i)
        cells.push_back({place(0, i), place(1, j), place(2, k)});
    }
  }
  return cells;
}

/// Neighbours of neighbours are asked for again and again, so what was computed is kept.
double StartValues::variable(int index, const std::array<int, 3>& cell) const {
  constexpr std::size_t most_known = 1000000;
  if (index < 0) return computed(index, cell);
  const auto key = std::pair(index, cell);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const double value = computed(index, cell);
  if (known_.size() >= most_known) known_.clear();
  return known_[key] = value;
}

double StartValues::computed(int index, const std::array<int, 3>& cell) const {
  if (index == time_t) return 0;
  const auto coordinate = [&](std::size_t axis) {
    int n = cell[axis];
    if (domain_.periodic[axis]) n = ((n % domain_.cells[axis]) + domain_.cells[axis]) % domain_.cells[axis];
    return domain_.lower[axis] + (n + 0.5) * domain_.spacing(static_cast<int>(axis));
  };
  if (index < 0) return coordinate(static_cast<std::size_t>(-1 - index));
  if (index >= system_.field_count())
    return value(system_.auxiliaries[static_cast<std::size_t>(index - system_.field_count())].node, cell);
  std::array<double, 4> place{coordinate(0), coordinate(1), coordinate(2), 0};
  place[static_cast<std::size_t>(system_.dimensions)] = 0;  // the time
  return initial_[static_cast<std::size_t>(index)].evaluate(place.data());
}

namespace {

/// Runs a program whose numbers and loads are known.
double result_of(const Program& program, std::vector<double> places) {
  places.insert(places.end(), static_cast<std::size_t>(program.registers), 0.0);
  const auto at = [&](int place) { return places[static_cast<std::size_t>(place)]; };
  for (const Step& step : program.steps) {
    const auto code = static_cast<ops::OpCode>(step.code);
    double& out = places[static_cast<std::size_t>(step.out)];
    if (step.code >= choose) {
      out = applied(step.code, at(step.a), at(step.b), at(step.c));
    } else if (ops::detail::is_binary(code)) {
      out = applied(code, at(step.a), at(step.b));
    } else {
      out = applied(code, at(step.a));
    }
  }
  return at(program.results[0]);
}

}  // namespace

double StartValues::number(int node) const {
  DomainNumbers at_start;
  for (const int part : system_.graph.parts_of({node})) {
    const auto& one = system_.graph[part];
    if (one.kind == ops::NodeKind::operation && !is_stencil(static_cast<Operator>(one.index)))
      at_start.reductions[part] = reduction(part);
  }
  return at_start.value(system_, node);
}

namespace {

/// Of so many cells integrals and means are taken, which takes no time to speak of.
constexpr int most_cells = 4096;

}  // namespace

bool StartValues::is_estimate(int node) const {
  if ((system_.dependence(node) & on_domain) == 0) return false;
  return system_.cells > most_cells ||
         std::any_of(initial_.begin(), initial_.end(), [](const ops::Formula& one) { return one.uses_random(); });
}

/// An integral or a mean.
double StartValues::reduction(int node) const {
  if (const auto found = reductions_.find(node); found != reductions_.end()) return found->second;
  const auto& one = system_.graph[node];
  const auto places = cells(most_cells);
  double sum = 0;
  for (const auto& cell : places)
    sum += value(one.child[0], cell);
  double result = sum / static_cast<double>(places.size());
  if (static_cast<Operator>(one.index) == Operator::integral) {
    for (int axis = 0; axis < system_.dimensions; ++axis)
      result *= domain_.upper[static_cast<std::size_t>(axis)] - domain_.lower[static_cast<std::size_t>(axis)];
  }
  return reductions_[node] = result;
}

double StartValues::load(const Load& load, const std::array<int, 3>& cell) const {
  std::array<int, 3> there = cell;
  for (std::size_t axis = 0; axis < 3; ++axis)
    there[axis] += load.away[axis];
  if (load.array < 0) return variable(load.array, there);
  if (load.array == array_state) return variable(load.field, there);
  return variable(system_.field_count() + load.array - array_auxiliary, there);
}

double StartValues::value(int node, const std::array<int, 3>& cell) const {
  auto found = programs_.find(node);
  if (found == programs_.end()) found = programs_.emplace(node, lowered(system_, {node}, nullptr)).first;
  const Program& program = found->second;
  std::vector<double> places;
  for (const Number& one : program.numbers)
    places.push_back(one.node < 0 ? one.value : number(one.node));
  for (const Load& one : program.loads)
    places.push_back(load(one, cell));
  return result_of(program, places);
}

}  // namespace tarn::apps::pde
