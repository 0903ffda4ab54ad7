#include "tarn/apps/pde/feedback.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "tarn/apps/pde/expression_text.hpp"
#include "tarn/apps/pde/spectrum.hpp"

namespace tarn::apps::pde {

namespace {

using ops::NodeKind;

/// Derivatives of expressions by numbers of the domain and by fields of the same cell, on through auxiliary fields.
class Derivatives {
 public:
  explicit Derivatives(System& system) : system_(system), graph_(system.graph) {}

  /// @param by  a field or a reduction
  int in_a_cell(int node, int by) {
    if (const auto found = known_.find({node, by}); found != known_.end()) return found->second;
    int sum = graph_.derivative(node, by);
    for (const int part : parts(node)) {
      const int number = graph_[part].index - system_.field_count();
      if (graph_[part].kind != NodeKind::variable || number < 0) continue;
      const int inner = in_a_cell(system_.auxiliaries[static_cast<std::size_t>(number)].node, by);
      sum = graph_.sum(sum, graph_.product(graph_.derivative(node, part), inner));
    }
    return known_[{node, by}] = sum;
  }

  /// With what operators make of their arguments.
  /// @param by  a reduction
  int of_rate(int rate, int by) {
    const auto [known, is_new] = known_rates_.try_emplace({rate, by}, 0);
    if (is_new) known->second = made_of_rate(rate, by);
    return known->second;
  }

 private:
  int made_of_rate(int rate, int by) {
    int sum = in_a_cell(rate, by);
    for (const int part : parts(rate)) {
      if (graph_[part].kind != NodeKind::operation || part == by) continue;
      const int inner = of_operator(part, by);
      sum = graph_.sum(sum, graph_.product(graph_.derivative(rate, part), inner));
    }
    return sum;
  }

  /// All parts but those of operators' arguments.
  std::vector<int> parts(int node) const {
    return graph_.parts_of({node}, [&](int part) { return graph_[part].kind != NodeKind::operation; });
  }

  bool has_operator(int node) const {
    const auto all = graph_.parts_of({node});
    return std::any_of(all.begin(), all.end(), [&](int part) {
      return graph_[part].kind == NodeKind::operation && is_stencil(static_cast<Operator>(graph_[part].index));
    });
  }

  int of_operator(int node, int by) {
    const auto op = static_cast<Operator>(graph_[node].index);
    const int zero = graph_.constant(0);
    // Of a square, and of what comes from one side, it is left out.
    if (!is_stencil(op) || op == Operator::grad2 || op == Operator::upwind || op == Operator::balance) return zero;
    const std::array<int, 4> child = graph_[node].child;
    std::array<int, 4> changed = child;
    bool any = false;
    for (std::size_t n = 0; n < child.size() && child[n] >= 0; ++n) {
      changed[n] = in_a_cell(child[n], by);
      if (has_operator(changed[n])) changed[n] = zero;  // operators are not applied to operators
      any = any || !graph_.is_constant(changed[n], 0);
    }
    if (!any) return zero;
    const auto made = [&](const std::array<int, 4>& arguments) {
      return graph_.operation(graph_[node].index, arguments);
    };
    if (op != Operator::diffuse) {
      const bool is_same_everywhere = std::all_of(
          changed.begin(), changed.end(), [&](int argument) { return argument < 0 || system_.is_uniform(argument); });
      return is_same_everywhere ? zero : made(changed);
    }
    int sum = zero;
    if (!graph_.is_constant(changed[0], 0)) sum = graph_.sum(sum, made({changed[0], child[1], -1, -1}));
    if (!system_.is_uniform(changed[1])) sum = graph_.sum(sum, made({child[0], changed[1], -1, -1}));
    return sum;
  }

  System& system_;
  ops::Graph& graph_;
  std::map<std::pair<int, int>, int> known_, known_rates_;
};

/// The integral or mean of an expression, as another one is taken; of what is one number in all cells it is known.
/// Cells in which it is no finite number are left out.
int reduced_as(System& system, int reduction, int node) {
  ops::Graph& graph = system.graph;
  if (!system.is_uniform(node)) {
    constexpr double beyond = 1e300;
    const int is_finite = graph.binary(ops::OpCode::less, graph.unary(ops::OpCode::abs, node), graph.constant(beyond));
    return graph.operation(graph[reduction].index, {graph.choice(is_finite, node, graph.constant(0)), -1, -1, -1});
  }
  if (static_cast<Operator>(graph[reduction].index) == Operator::mean) return node;
  return graph.product(graph.constant(static_cast<double>(system.cells) * system.cell_volume()), node);
}

}  // namespace

bool is_lasting(const System& system, int node) {
  const auto parts = system.graph.parts_of({node});
  return std::none_of(parts.begin(), parts.end(), [&](int part) {
    const auto& one = system.graph[part];
    return one.kind == NodeKind::variable && (one.index >= 0 || one.index == time_t);
  });
}

Feedback::Feedback(System& system) : fields_(system.fields.size()) {
  ops::Graph& graph = system.graph;
  std::vector<int> reductions;  // a later one may have earlier ones in its argument
  for (const Task& task : system.tasks(system.rates)) {
    if (task.is_field) continue;
    reductions.push_back(task.number);
    names_.push_back(text_of(system, task.number));
  }
  Derivatives derivatives(system);
  std::vector<int> by_field;  // w_lf of each weight
  for (std::size_t l = 0; l < reductions.size(); ++l) {
    for (std::size_t field = 0; field < fields_; ++field) {
      const int weight = derivatives.in_a_cell(graph[reductions[l]].child[0], graph.variable(static_cast<int>(field)));
      if (graph.is_constant(weight, 0)) continue;
      by_field.push_back(weight);
      weights_.push_back({l, field});
    }
  }
  constexpr std::size_t most_numbers = 16384;  // of which the derivatives take a second or so
  if (joint_rates() * reductions.size() > most_numbers) {
    left_out_ = joint_rates() * reductions.size();
    weights_.clear();
  }
  if (weights_.empty()) return;
  int changing = 0, summed = 0;
  const auto add = [&](std::size_t reduction, int node, const Place& place) {
    if (graph.is_constant(node, 0)) return;
    constexpr int most_changing = 9, most_summed = 512;
    if (!system.is_uniform(node)) {
      int& count = is_lasting(system, node) ? summed : changing;
      if (++count > (&count == &changing ? most_changing : most_summed)) {
        ++left_out_;
        return;
      }
    }
    entries_.push_back(reduced_as(system, reductions[reduction], node));
    places_.push_back(place);
  };
  for (std::size_t l = 0; l < reductions.size(); ++l) {
    for (std::size_t m = 0; m < l; ++m)
      add(l, derivatives.in_a_cell(graph[reductions[l]].child[0], reductions[m]), {true, l, m});
  }
  for (std::size_t w = 0; w < weights_.size(); ++w) {
    for (std::size_t other = 0; other < fields_; ++other) {
      for (std::size_t m = 0; m < reductions.size(); ++m) {
        const int change = derivatives.of_rate(system.rates[other], reductions[m]);
        add(weights_[w].reduction, graph.product(by_field[w], change), {false, w * fields_ + other, m});
      }
    }
  }
}

/// What each S_lfg changes by for what a disturbance does to each a_m by itself, row by row. Of entries that are no
/// finite numbers nothing is known.
std::vector<double> Feedback::changes(const std::vector<double>& values) const {
  const std::size_t columns = names_.size(), rows = joint_rates();
  std::vector<double> made(rows * columns), of_arguments(columns * columns);
  for (std::size_t n = 0; n < values.size(); ++n) {
    auto& matrix = places_[n].is_of_arguments ? of_arguments : made;
    if (std::isfinite(values[n])) matrix[places_[n].row * columns + places_[n].column] = values[n];
  }
  for (std::size_t column = columns; column-- > 0;) {  // times (I - H)^-1
    for (std::size_t later = column + 1; later < columns; ++later) {
      for (std::size_t row = 0; row < rows; ++row)
        made[row * columns + column] += made[row * columns + later] * of_arguments[later * columns + column];
    }
  }
  return made;
}

/// What the reductions do to each other, row by row.
std::vector<double> Feedback::alone(const std::vector<double>& changes) const {
  const std::size_t count = names_.size();
  std::vector<double> matrix(count * count);
  for (std::size_t w = 0; w < weights_.size(); ++w) {
    for (std::size_t m = 0; m < count; ++m)
      matrix[weights_[w].reduction * count + m] += changes[(w * fields_ + weights_[w].field) * count + m];
  }
  return matrix;
}

std::vector<std::complex<double>> Feedback::rates(const std::vector<double>& values) const {
  if (entries_.empty()) return {};
  const auto matrix = alone(changes(values));
  return eigenvalues({matrix.begin(), matrix.end()}, static_cast<int>(names_.size()));
}

std::vector<std::complex<double>> Feedback::rates(const std::vector<double>& values,
                                                  const std::vector<std::complex<double>>& at_rest) const {
  const auto by_reductions = changes(values);
  const std::size_t count = names_.size(), rows = joint_rates();
  std::vector<std::complex<double>> matrix(rows * rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t weight = row / fields_, field = row % fields_;
    for (std::size_t other = 0; other < fields_; ++other)
      matrix[row * rows + weight * fields_ + other] += at_rest[field * fields_ + other];
    for (std::size_t w = 0; w < weights_.size(); ++w)
      matrix[row * rows + w * fields_ + weights_[w].field] += by_reductions[row * count + weights_[w].reduction];
  }
  return eigenvalues(std::move(matrix), static_cast<int>(rows));
}

std::string Feedback::largest(const std::vector<double>& values) const {
  const auto by_reductions = changes(values);
  const std::size_t count = names_.size();
  std::size_t most = 0;
  double largest = 0;
  for (std::size_t n = 0; n < by_reductions.size(); ++n) {
    if (std::abs(by_reductions[n]) <= largest) continue;
    largest = std::abs(by_reductions[n]);
    most = n % count;
  }
  return names_[most];
}

}  // namespace tarn::apps::pde
