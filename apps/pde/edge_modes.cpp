#include "tarn/apps/pde/edge_modes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tarn/apps/pde/spectrum.hpp"

namespace tarn::apps::pde {

using Kind = LinearTerm::Kind;

namespace {

/// The rule of a face in a pair of rules for the faces of an axis; a wall where nothing is known.
EdgeRule rule_of(const std::vector<EdgeRule>& rules, int pair) {
  if (rules.empty()) return {.mirror = 1};
  return rules[std::min(static_cast<std::size_t>(pair), rules.size() - 1)];
}

/// Adds the product of two matrices of so many rows and columns.
void add_product(const std::vector<std::complex<double>>& left, const std::vector<std::complex<double>>& right,
                 std::size_t rows, std::vector<std::complex<double>>& sum) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t k = 0; k < rows; ++k) {
      for (std::size_t column = 0; column < rows; ++column)
        sum[row * rows + column] += left[row * rows + k] * right[k * rows + column];
    }
  }
}

}  // namespace

EdgeModes::EdgeModes(const System& system, const Linearisation& linear, const std::vector<int>& members)
    : system_(system), members_(members), symbol_(system), symbol_beside_faces_(system, true) {
  const auto is_field = [&](int member) { return member < system.field_count(); };
  const auto is_member = [&](int member) { return std::binary_search(members.begin(), members.end(), member); };
  fields_ = static_cast<std::size_t>(std::count_if(members.begin(), members.end(), is_field));
  for (const LinearTerm& term : linear.terms) {
    if (is_member(term.row) && is_member(term.column)) terms_.push_back(&term);
  }
  // A mode decays over a few cells; where a wind lets it reach farther, few cells make its step somewhat too short.
  constexpr int of_one_field = 16, of_several = 8;
  cells_ = fields_ == 1 ? of_one_field : of_several;
  is_sum_ = members.size() == 1 && std::none_of(terms_.begin(), terms_.end(),
                                                [](const LinearTerm* term) { return term->kind == Kind::mixed; });
  for (int axis = 0; axis < system.dimensions && fields_ > 0; ++axis) {
    if (!goes_farther(axis)) continue;
    axes_.push_back(axis);
    add_differences(axis);
  }
}

/// Its number among the members.
std::size_t EdgeModes::place(int member) const {
  return static_cast<std::size_t>(std::lower_bound(members_.begin(), members_.end(), member) - members_.begin());
}

bool EdgeModes::goes_farther(int axis) const {
  if (system_.edges.empty()) return false;
  return std::any_of(terms_.begin(), terms_.end(), [&](const LinearTerm* term) {
    const auto difference = difference_along(*term, axis, system_.order);
    if (!difference) return false;
    const auto a = static_cast<std::size_t>(axis);
    const auto& edges = system_.edges[static_cast<std::size_t>(term->column)][a];
    return edge_factor(*difference, system_.order, edges, system_.spacing[a]) > 1;
  });
}

/// A face has several rules where they differ along it.
int EdgeModes::pair_count(int axis) const {
  std::size_t count = 1;
  for (const int member : members_) {
    for (const auto& rules : system_.edges[static_cast<std::size_t>(member)][static_cast<std::size_t>(axis)])
      count = std::max(count, rules.size());
  }
  return static_cast<int>(count);
}

void EdgeModes::add_differences(int axis) {
  const auto a = static_cast<std::size_t>(axis);
  for (const LinearTerm* term : terms_) {
    const auto difference = difference_along(*term, axis, system_.order);
    if (!difference) continue;
    const auto& edges = system_.edges[static_cast<std::size_t>(term->column)][a];
    for (int pair = 0; pair < pair_count(axis); ++pair) {
      const auto [place, is_new] = differences_.try_emplace({*difference, term->column, axis, pair});
      if (is_new)
        place->second = difference_between(*difference, system_.order, rule_of(edges[0], pair), rule_of(edges[1], pair),
                                           system_.spacing[a], cells_);
    }
  }
}

/// Few waves are enough: none, that of two cells, of which second differences make most, and that of which first
/// differences do: sin(a) of order 2 and (8 sin(a) - sin(2 a)) / 6 of order 4 are largest there.
std::vector<EdgeModes::Others> EdgeModes::others_of(int axis) const {
  constexpr int half = 2;
  const double steepest = system_.order == 4 ? std::acos(1 - std::sqrt(1.5)) : std::numbers::pi / 2;
  const auto angle = [&](int n) { return n == half ? std::numbers::pi : n * steepest; };
  std::array<int, 3> from{0, 0, 0}, to{0, 0, 0};
  for (int other = 0; other < system_.dimensions; ++other) {
    if (other == axis) continue;
    from[static_cast<std::size_t>(other)] = 1 - half;
    to[static_cast<std::size_t>(other)] = half;
  }
  // The reverse of a wave has the conjugate eigenvalues.
  from[axis == 0 ? 1 : 0] = 0;
  const bool is_corner = axes_.size() > 1;
  std::vector<Others> others;
  for (int k = from[2]; k <= to[2]; ++k) {
    for (int j = from[1]; j <= to[1]; ++j) {
      for (int i = from[0]; i <= to[0]; ++i) {
        others.push_back({{angle(i), angle(j), angle(k)}});
        if (is_corner) others.push_back({{angle(i), angle(j), angle(k)}, true});
      }
    }
  }
  return others;
}

std::vector<EdgeModes::Complex> EdgeModes::rates(const std::vector<double>& coefficients) const {
  std::vector<Complex> rates;
  int pairs = 0;
  for (const int axis : axes_)
    pairs = std::max(pairs, pair_count(axis));
  for (int pair = 0; pair < pairs && is_sum_; ++pair)
    add_sums(coefficients, pair, rates);
  if (is_sum_) return rates;
  for (const int axis : axes_) {
    for (int pair = 0; pair < pair_count(axis); ++pair) {
      for (const Others& others : others_of(axis)) {
        const auto found = of_line(coefficients, axis, pair, others);
        rates.insert(rates.end(), found.begin(), found.end());
      }
    }
  }
  return rates;
}

/// Sums of what an equation makes of modes along its axes; of those that are waves along all of them too.
void EdgeModes::add_sums(const std::vector<double>& coefficients, int pair, std::vector<Complex>& rates) const {
  Complex in_cell = 0;
  for (const LinearTerm* term : terms_) {
    if (term->kind == Kind::value) in_cell += coefficients[static_cast<std::size_t>(term->coefficient)];
  }
  std::vector<Complex> sums{in_cell};
  for (int axis = 0; axis < system_.dimensions; ++axis) {
    auto along = waves_along(coefficients, axis);
    if (std::find(axes_.begin(), axes_.end(), axis) != axes_.end()) {
      // Of faces with fewer rules the last one stands for the others.
      for (const Complex& value : of_line(coefficients, axis, std::min(pair, pair_count(axis) - 1), {}))
        along.push_back(value - in_cell);
    }
    std::vector<Complex> next;
    for (const Complex& sum : sums) {
      for (const Complex& value : along)
        next.push_back(sum + value);
    }
    sums = std::move(next);
  }
  rates.insert(rates.end(), sums.begin(), sums.end());
}

/// What the terms of an equation that differ along an axis make of waves along it.
std::vector<EdgeModes::Complex> EdgeModes::waves_along(const std::vector<double>& coefficients, int axis) const {
  const int half = system_.dimensions == 2 ? 8 : 4;
  std::vector<Complex> values;
  if (system_.dimensions == 1) return values;
  for (int n = 1 - half; n <= half; ++n) {
    Angles angles{};
    angles[static_cast<std::size_t>(axis)] = n * std::numbers::pi / half;
    Complex& value = values.emplace_back(0);
    for (const LinearTerm* term : terms_) {
      if (term->kind != Kind::value)
        value += coefficients[static_cast<std::size_t>(term->coefficient)] * symbol_(*term, angles);
    }
  }
  return values;
}

std::vector<EdgeModes::Complex> EdgeModes::of_line(const std::vector<double>& coefficients, int axis, int pair,
                                                   const Others& others) const {
  return eigenvalues(line_matrix(coefficients, axis, pair, others), static_cast<int>(fields_) * cells_);
}

EdgeModes::Complex EdgeModes::symbol(const LinearTerm& term, const Angles& angles, bool beside_faces) const {
  return beside_faces ? symbol_beside_faces_(term, angles) : symbol_(term, angles);
}

/// Adds a term along a line of cells to what there is of it: along the line by the matrix of its difference, along the
/// other axes by its symbol.
void EdgeModes::add_term(const LinearTerm& term, Complex weight, int axis, int pair, const Others& others,
                         Matrix& block) const {
  const auto n = static_cast<std::size_t>(cells_);
  const auto difference = difference_along(term, axis, system_.order);
  Complex in_cells = 0, along = weight;
  if (term.kind == Kind::mixed && difference) {
    LinearTerm across = term;
    across.kind = Kind::first;
    across.axis = term.axis == axis ? term.other : term.axis;
    along *= symbol(across, others.angles, others.beside_faces);
  } else {
    in_cells = weight * symbol(term, others.angles, others.beside_faces);
  }
  for (std::size_t cell = 0; cell < n; ++cell)
    block[cell * n + cell] += in_cells;
  if (!difference) return;
  const auto& matrix = differences_.at({*difference, term.column, axis, pair});
  for (std::size_t place = 0; place < n * n; ++place)
    block[place] += along * matrix[place];
}

/// What the equations make of the values along a line, cells of the first field first; auxiliary fields are eliminated.
EdgeModes::Matrix EdgeModes::line_matrix(const std::vector<double>& coefficients, int axis, int pair,
                                         const Others& others) const {
  const std::size_t fields = fields_, n = static_cast<std::size_t>(cells_), rows = members_.size();
  std::vector<Matrix> full(rows * fields, Matrix(n * n));
  const auto add_row = [&](std::size_t row) {
    for (const LinearTerm* term : terms_) {
      if (place(term->row) != row) continue;
      const Complex weight = coefficients[static_cast<std::size_t>(term->coefficient)];
      const std::size_t column = place(term->column);
      if (column < fields) {
        add_term(*term, weight, axis, pair, others, full[row * fields + column]);
        continue;
      }
      Matrix of_auxiliary(n * n);
      add_term(*term, weight, axis, pair, others, of_auxiliary);
      for (std::size_t f = 0; f < fields; ++f)
        add_product(of_auxiliary, full[column * fields + f], n, full[row * fields + f]);
    }
  };
  for (std::size_t row = fields; row < rows; ++row)
    add_row(row);  // an auxiliary field needs earlier ones alone
  for (std::size_t row = 0; row < fields; ++row)
    add_row(row);
  Matrix matrix(fields * n * fields * n);
  for (std::size_t row = 0; row < fields * n; ++row) {
    for (std::size_t column = 0; column < fields * n; ++column)
      matrix[row * fields * n + column] = full[row / n * fields + column / n][row % n * n + column % n];
  }
  return matrix;
}

}  // namespace tarn::apps::pde
