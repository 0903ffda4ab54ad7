#include "tarn/apps/pde/feedback.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "tarn/apps/pde/expression_text.hpp"
#include "tarn/apps/pde/spectrum.hpp"

namespace tarn::apps::pde {

namespace {

using ops::NodeKind;

/// Derivatives that go on through auxiliary fields, by their values in a cell.
class Derivatives {
 public:
  explicit Derivatives(System& system) : system_(system) {}

  int of(int node, int by) {
    if (const auto found = known_.find({node, by}); found != known_.end()) return found->second;
    ops::Graph& graph = system_.graph;
    int sum = graph.derivative(node, by);
    const auto is_entered = [&](int part) { return graph[part].kind != NodeKind::operation; };
    for (const int part : graph.parts_of({node}, is_entered)) {
      const int number = graph[part].index - system_.field_count();
      if (graph[part].kind != NodeKind::variable || number < 0) continue;
      const int inner = of(system_.auxiliaries[static_cast<std::size_t>(number)].node, by);
      sum = graph.sum(sum, graph.product(graph.derivative(node, part), inner));
    }
    return known_[{node, by}] = sum;
  }

 private:
  System& system_;
  std::map<std::pair<int, int>, int> known_;
};

/// The integral or mean of an expression, as another one is taken; of what is one number in all cells it is known.
int reduced_as(System& system, int reduction, int node) {
  if (!system.is_uniform(node)) {
    return system.graph.operation(system.graph[reduction].index, {node, -1, -1, -1});
  }
  if (static_cast<Operator>(system.graph[reduction].index) == Operator::mean) return node;
  double volume = static_cast<double>(system.cells);
  for (int axis = 0; axis < system.dimensions; ++axis)
    volume *= system.spacing[static_cast<std::size_t>(axis)];
  return system.graph.product(system.graph.constant(volume), node);
}

}  // namespace

Feedback::Feedback(System& system) {
  ops::Graph& graph = system.graph;
  std::vector<int> reductions;  // a later one may have earlier ones in its argument
  for (const Task& task : system.tasks(system.rates)) {
    if (task.is_field) continue;
    reductions.push_back(task.number);
    names_.push_back(text_of(system, task.number));
  }
  Derivatives derivatives(system);
  const auto add = [&](std::size_t row, std::size_t column, int node, bool is_of_arguments) {
    if (graph.is_constant(node, 0)) return;
    entries_.push_back(reduced_as(system, reductions[row], node));
    places_.push_back({row, column, is_of_arguments});
  };
  for (std::size_t row = 0; row < reductions.size(); ++row) {
    const int argument = graph[reductions[row]].child[0];
    for (std::size_t column = 0; column < reductions.size(); ++column) {
      int change = graph.constant(0);
      for (int field = 0; field < system.field_count(); ++field) {
        const int by_field = derivatives.of(argument, graph.variable(field));
        const int rate = system.rates[static_cast<std::size_t>(field)];
        change = graph.sum(change, graph.product(by_field, derivatives.of(rate, reductions[column])));
      }
      add(row, column, change, false);
      if (column < row) add(row, column, derivatives.of(argument, reductions[column]), true);
    }
  }
}

/// B (I - H)^-1, a row behind the other.
std::vector<double> Feedback::matrix(const std::vector<double>& values) const {
  const std::size_t rows = names_.size();
  std::vector<double> made(rows * rows), of_arguments(rows * rows);
  for (std::size_t n = 0; n < places_.size(); ++n) {
    auto& matrix = places_[n].is_of_arguments ? of_arguments : made;
    if (std::isfinite(values[n])) matrix[places_[n].row * rows + places_[n].column] = values[n];
  }
  for (std::size_t column = rows; column-- > 0;) {
    for (std::size_t later = column + 1; later < rows; ++later) {
      for (std::size_t row = 0; row < rows; ++row)
        made[row * rows + column] += made[row * rows + later] * of_arguments[later * rows + column];
    }
  }
  return made;
}

std::vector<std::complex<double>> Feedback::rates(const std::vector<double>& values) const {
  if (entries_.empty()) return {};
  const auto made = matrix(values);
  return eigenvalues({made.begin(), made.end()}, static_cast<int>(names_.size()));
}

std::string Feedback::largest(const std::vector<double>& values) const {
  const auto made = matrix(values);
  std::size_t most = 0;
  double largest = 0;
  for (std::size_t row = 0; row < names_.size(); ++row) {
    double size = 0;
    for (std::size_t column = 0; column < names_.size(); ++column)
      size += std::abs(made[row * names_.size() + column]);
    if (size <= largest) continue;
    largest = size;
    most = row;
  }
  return names_[most];
}

}  // namespace tarn::apps::pde
