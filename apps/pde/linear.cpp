#include "tarn/apps/pde/linear.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace tarn::apps::pde {

using ops::NodeKind;
using ops::OpCode;
using Kind = LinearTerm::Kind;

namespace {

class Linear {
 public:
  explicit Linear(System& system) : system_(system), graph_(system.graph) {}

  Linearisation run() {
    for (std::size_t field = 0; field < system_.rates.size(); ++field)
      add_row(static_cast<int>(field), system_.rates[field]);
    for (std::size_t n = 0; n < system_.auxiliaries.size(); ++n)
      add_row(system_.field_count() + static_cast<int>(n), system_.auxiliaries[n].node);
    return made_;
  }

 private:
  /// The parts that the fields of a cell and its neighbours come in by.
  std::vector<int> inputs(int node) const {
    std::vector<int> found;
    for (const int part : graph_.parts_of({node}, [&](int at) { return graph_[at].kind != NodeKind::operation; })) {
      const auto& one = graph_[part];
      const bool is_field = one.kind == NodeKind::variable && one.index >= 0;
      const auto op = static_cast<Operator>(one.index);  // signals of conservation laws are looked at apart
      const bool is_operation = one.kind == NodeKind::operation && is_stencil(op) && op != Operator::balance;
      if (is_field || is_operation) found.push_back(part);
    }
    return found;
  }

  void add_row(int row, int node) {
    row_ = row;
    for (const int part : inputs(node)) {
      const int by = graph_.derivative(node, part);
      if (graph_.is_constant(by, 0)) continue;
      if (graph_[part].kind == NodeKind::variable) {
        add(by, graph_[part].index, {.kind = Kind::value});
      } else {
        add_operation(by, part);
      }
    }
  }

  void add(int coefficient, int column, LinearTerm term) {
    if (graph_.is_constant(coefficient, 0)) return;
    auto& list = made_.coefficients;
    const auto found = std::find(list.begin(), list.end(), coefficient);
    term.coefficient = static_cast<int>(found - list.begin());
    if (found == list.end()) list.push_back(coefficient);
    term.row = row_;
    term.column = column;
    made_.terms.push_back(term);
  }

  /// A term for each field that an operator's argument has.
  void add_argument(int coefficient, int argument, const LinearTerm& term) {
    for (const int part : inputs(argument))
      add(graph_.product(coefficient, graph_.derivative(argument, part)), graph_[part].index, term);
  }

  int slope(int argument, int axis) {
    return graph_.operation(static_cast<int>(Operator::dx) + axis, {argument, -1, -1, -1});
  }

  void add_operation(int by, int node) {
    const auto child = graph_[node].child;
    const auto op = static_cast<Operator>(graph_[node].index);
    const std::string text = operators(system_.dimensions)[static_cast<std::size_t>(graph_[node].index)].name;
    const auto first = [&](int axis) { return LinearTerm{.kind = Kind::first, .axis = axis, .text = text}; };
    const int dimensions = system_.dimensions;
    switch (op) {
      case Operator::laplace:
        return add_argument(by, child[0], {.kind = Kind::laplace, .text = text});
      case Operator::dx:
      case Operator::dy:
      case Operator::dz:
        return add_argument(by, child[0], first(static_cast<int>(op) - static_cast<int>(Operator::dx)));
      case Operator::dxx:
      case Operator::dyy:
      case Operator::dzz:
        return add_argument(
            by, child[0],
            {.kind = Kind::second, .axis = static_cast<int>(op) - static_cast<int>(Operator::dxx), .text = text});
      case Operator::dxy:
        return add_argument(by, child[0], {.kind = Kind::mixed, .axis = 0, .other = 1, .text = text});
      case Operator::dxz:
        return add_argument(by, child[0], {.kind = Kind::mixed, .axis = 0, .other = 2, .text = text});
      case Operator::dyz:
        return add_argument(by, child[0], {.kind = Kind::mixed, .axis = 1, .other = 2, .text = text});
      case Operator::grad2:
        for (int axis = 0; axis < dimensions; ++axis)
          add_argument(graph_.product(by, graph_.product(graph_.constant(2), slope(child[0], axis))), child[0],
                       first(axis));
        return;
      case Operator::div:
        for (int axis = 0; axis < dimensions; ++axis)
          add_argument(by, child[static_cast<std::size_t>(axis)], first(axis));
        return;
      case Operator::diffuse:
        return add_diffusion(by, child[0], child[1], text);
      case Operator::upwind:
        for (int axis = 0; axis < dimensions; ++axis)
          add_wind(by, child[static_cast<std::size_t>(axis)], child[static_cast<std::size_t>(dimensions)], axis, text);
        return;
      default:
        return;
    }
  }

  /// div(D grad u): D laplace(du) + dD laplace(u) + grad(dD) . grad(u)
  void add_diffusion(int by, int diffusivity, int argument, const std::string& text) {
    add_argument(graph_.product(by, diffusivity), argument, {.kind = Kind::diffusion, .text = text});
    const int curved = graph_.operation(static_cast<int>(Operator::laplace), {argument, -1, -1, -1});
    add_argument(graph_.product(by, curved), diffusivity, {.kind = Kind::value, .text = text});
    for (int axis = 0; axis < system_.dimensions; ++axis)
      add_argument(graph_.product(by, slope(argument, axis)), diffusivity,
                   {.kind = Kind::first, .axis = axis, .text = text});
  }

  void add_wind(int by, int wind, int argument, int axis, const std::string& text) {
    const int zero = graph_.constant(0);
    add_argument(graph_.product(by, graph_.binary(OpCode::max, wind, zero)), argument,
                 {.kind = Kind::wind_from_below, .axis = axis, .text = text});
    add_argument(graph_.product(by, graph_.binary(OpCode::min, wind, zero)), argument,
                 {.kind = Kind::wind_from_above, .axis = axis, .text = text});
    add_argument(graph_.product(by, slope(argument, axis)), wind, {.kind = Kind::value, .text = text});
  }

  System& system_;
  ops::Graph& graph_;
  Linearisation made_;
  int row_ = 0;
};

}  // namespace

Linearisation linearised(System& system) {
  return Linear(system).run();
}

std::vector<std::vector<int>> groups_of(const System& system, const Linearisation& linear) {
  std::vector<std::size_t> group(static_cast<std::size_t>(system.field_count()) + system.auxiliaries.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  for (const LinearTerm& term : linear.terms) {
    const auto one = group[static_cast<std::size_t>(term.row)], other = group[static_cast<std::size_t>(term.column)];
    std::replace(group.begin(), group.end(), one, other);
  }
  std::map<std::size_t, std::vector<int>> found;
  for (std::size_t n = 0; n < group.size(); ++n)
    found[group[n]].push_back(static_cast<int>(n));
  std::vector<std::vector<int>> groups;
  for (auto& [number, members] : found)
    groups.push_back(std::move(members));
  return groups;
}

std::optional<Difference> difference_along(const LinearTerm& term, int axis, int order) {
  const bool along = term.axis == axis;
  switch (term.kind) {
    case Kind::value:
      return {};
    case Kind::first:
      return along ? std::optional(Difference::first) : std::nullopt;
    case Kind::second:
      return along ? std::optional(Difference::second) : std::nullopt;
    case Kind::mixed:
      return along || term.other == axis ? std::optional(Difference::first) : std::nullopt;
    case Kind::laplace:
      return Difference::second;
    case Kind::diffusion:
      return order == 4 ? Difference::flux : Difference::second;
    case Kind::wind_from_below:
      return along ? std::optional(Difference::wind_from_below) : std::nullopt;
    default:
      return along ? std::optional(Difference::wind_from_above) : std::nullopt;
  }
}

double Symbols::factor(Difference difference, int column, std::size_t axis) const {
  if (!beside_faces_ || system_.edges.empty()) return 1;
  const auto [found, is_new] = factors_.try_emplace({difference, column, axis}, 1.0);
  if (is_new)
    found->second = edge_factor(difference, system_.order, system_.edges[static_cast<std::size_t>(column)][axis],
                                system_.spacing[axis]);
  return found->second;
}

std::complex<double> Symbols::first(const LinearTerm& term, std::size_t axis, double angle) const {
  const double sine = system_.order == 2 ? std::sin(angle) : (8 * std::sin(angle) - std::sin(2 * angle)) / 6;
  return {0, factor(Difference::first, term.column, axis) * sine / system_.spacing[axis]};
}

double Symbols::second(const LinearTerm& term, std::size_t axis, double angle) const {
  const double dx = system_.spacing[axis], s = std::sin(angle / 2);
  if (system_.order == 2) return factor(Difference::second, term.column, axis) * (-4 * s * s / (dx * dx));
  if (term.kind == Kind::diffusion) {
    const double slope = (27 * s - std::sin(1.5 * angle)) / 12;
    return factor(Difference::flux, term.column, axis) * (-slope * slope / (dx * dx));
  }
  return factor(Difference::second, term.column, axis) *
         (-(15 - 16 * std::cos(angle) + std::cos(2 * angle)) / (6 * dx * dx));
}

std::complex<double> Symbols::operator()(const LinearTerm& term, const Angles& angles) const {
  using Complex = std::complex<double>;
  const auto axis = static_cast<std::size_t>(term.axis), other = static_cast<std::size_t>(term.other);
  switch (term.kind) {
    case Kind::value:
      return 1;
    case Kind::first:
      return first(term, axis, angles[axis]);
    case Kind::second:
      return second(term, axis, angles[axis]);
    case Kind::mixed:
      if (system_.order == 4) return first(term, axis, angles[axis]) * first(term, other, angles[other]);
      return factor(Difference::first, term.column, axis) * factor(Difference::first, term.column, other) *
             (-std::sin(angles[axis]) * std::sin(angles[other]) / (system_.spacing[axis] * system_.spacing[other]));
    case Kind::laplace:
    case Kind::diffusion: {
      double sum = 0;
      for (std::size_t a = 0; a < static_cast<std::size_t>(system_.dimensions); ++a)
        sum += second(term, a, angles[a]);
      return sum;
    }
    default: {
      const bool from_below = term.kind == Kind::wind_from_below;
      const Complex back = std::polar(1.0, -angles[axis]);
      const Complex below = (3.0 - 4.0 * back + back * back) / (2 * system_.spacing[axis]);
      return factor(from_below ? Difference::wind_from_below : Difference::wind_from_above, term.column, axis) *
             (from_below ? below : -std::conj(below));
    }
  }
}

std::vector<std::complex<double>> wave_matrix(const System& system, const Linearisation& linear,
                                              const std::vector<double>& coefficients,
                                              const std::vector<std::complex<double>>& symbols) {
  const auto fields = static_cast<std::size_t>(system.field_count());
  const std::size_t rows = fields + system.auxiliaries.size();
  std::vector<std::complex<double>> full(rows * fields);
  const auto add_row = [&](std::size_t row) {
    const auto is_before = [](const LinearTerm& term, std::size_t of) {
      return static_cast<std::size_t>(term.row) < of;
    };
    const auto begin = std::lower_bound(linear.terms.begin(), linear.terms.end(), row, is_before);
    for (auto n = static_cast<std::size_t>(begin - linear.terms.begin()); n < linear.terms.size(); ++n) {
      const LinearTerm& term = linear.terms[n];
      if (static_cast<std::size_t>(term.row) != row) break;
      const auto weight = coefficients[static_cast<std::size_t>(term.coefficient)] * symbols[n];
      const auto column = static_cast<std::size_t>(term.column);
      if (column < fields) {
        full[row * fields + column] += weight;
      } else {
        for (std::size_t f = 0; f < fields; ++f)
          full[row * fields + f] += weight * full[column * fields + f];
      }
    }
  };
  for (std::size_t row = fields; row < rows; ++row)
    add_row(row);  // an auxiliary field needs earlier ones alone
  for (std::size_t row = 0; row < fields; ++row)
    add_row(row);
  full.resize(fields * fields);
  return full;
}

}  // namespace tarn::apps::pde
