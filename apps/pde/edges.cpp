#include "tarn/apps/pde/edges.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>

#include "tarn/apps/pde/spectrum.hpp"

namespace tarn::apps::pde {

namespace {

using Complex = std::complex<double>;
using Stencil = std::map<int, double>;

constexpr std::size_t layers = polynomial_layers;

Stencil stencil_of(Difference difference, int order) {
  switch (difference) {
    case Difference::first:
      if (order == 2) return {{-1, -0.5}, {1, 0.5}};
      return {{-2, 1. / 12}, {-1, -8. / 12}, {1, 8. / 12}, {2, -1. / 12}};
    case Difference::wind_from_below:
      return {{-2, 0.5}, {-1, -2}, {0, 1.5}};
    case Difference::wind_from_above:
      return {{0, -1.5}, {1, 2}, {2, -0.5}};
    default:
      break;
  }
  if (order == 2) return {{-1, 1}, {0, -2}, {1, 1}};
  if (difference == Difference::second)
    return {{-2, -1. / 12}, {-1, 16. / 12}, {0, -30. / 12}, {1, 16. / 12}, {2, -1. / 12}};
  const Stencil slope{{-1, 1. / 24}, {0, -27. / 24}, {1, 27. / 24}, {2, -1. / 24}};
  Stencil flux;
  for (const auto& [face, weight] : slope) {
    for (const auto& [cell, share] : slope)
      flux[face - 1 + cell] += weight * share;
  }
  return flux;
}

/// What a wave of size 1 becomes at most.
double largest_symbol(const Stencil& stencil) {
  constexpr int angles = 720;
  double largest = 0;
  for (int n = 0; n <= angles; ++n) {
    Complex sum = 0;
    for (const auto& [away, weight] : stencil)
      sum += weight * std::polar(1.0, away * std::numbers::pi * n / angles);
    largest = std::max(largest, std::abs(sum));
  }
  return largest;
}

/// The ghost of a layer from the cells inside, of which the first stands beside the face; with g = 0.
double ghost(const EdgeRule& rule, int order, int layer, const double* inside, double inward, double spacing) {
  if (rule.copies) return inside[0];
  if (rule.mirror != 0) return rule.mirror * inside[layer];
  if (order == 4) return polynomial_ghost(inside, rule.a, rule.b * inward / spacing, 0.0, layer);
  const double way = -(2 * layer + 1) * spacing * inward;  // from the cell to the ghost, along the axis
  return -(rule.a * way - 2 * rule.b) / (rule.a * way + 2 * rule.b) * inside[layer];
}

/// The matrix of a stencil along a line of cells between two faces.
std::vector<double> between(const Stencil& stencil, int order, const EdgeRule& lower, const EdgeRule& upper,
                            double spacing, int cells) {
  const auto n = static_cast<std::size_t>(cells);
  std::vector<double> matrix(n * n);
  for (std::size_t column = 0; column < n; ++column) {
    std::vector<double> u(n + 2 * layers), mirrored(n);
    u[layers + column] = 1;
    mirrored[n - 1 - column] = 1;
    for (std::size_t layer = 0; layer < layers; ++layer) {
      const int of_layer = static_cast<int>(layer);
      u[layers - 1 - layer] = ghost(lower, order, of_layer, &u[layers], 1, spacing);
      u[layers + n + layer] = ghost(upper, order, of_layer, mirrored.data(), -1, spacing);
    }
    for (std::size_t row = 0; row < n; ++row) {
      double sum = 0;
      for (const auto& [away, weight] : stencil)
        sum += weight * u[row + static_cast<std::size_t>(away + polynomial_layers)];
      matrix[row * n + column] = sum;
    }
  }
  return matrix;
}

/// The spectral radius of a difference between two faces.
double radius(const Stencil& stencil, int order, const EdgeRule& lower, const EdgeRule& upper, double spacing) {
  constexpr int cells = 16;
  const auto matrix = between(stencil, order, lower, upper, spacing, cells);
  double largest = 0;
  for (const Complex& value : eigenvalues({matrix.begin(), matrix.end()}, cells))
    largest = std::max(largest, std::abs(value));
  return largest;
}

}  // namespace

std::vector<double> difference_between(Difference difference, int order, const EdgeRule& lower, const EdgeRule& upper,
                                       double spacing, int cells) {
  auto matrix = between(stencil_of(difference, order), order, lower, upper, spacing, cells);
  const bool is_second = difference == Difference::second || difference == Difference::flux;
  for (double& weight : matrix)
    weight /= is_second ? spacing * spacing : spacing;
  return matrix;
}

double edge_factor(Difference difference, int order, const std::array<std::vector<EdgeRule>, 2>& edges,
                   double spacing) {
  const Stencil stencil = stencil_of(difference, order);
  const double inside = largest_symbol(stencil);
  constexpr double rounding = 1e-3;
  const EdgeRule wall{.mirror = 1};
  double factor = 1;
  for (const EdgeRule& rule : edges[0])
    factor = std::max(factor, radius(stencil, order, rule, wall, spacing) / inside);
  for (const EdgeRule& rule : edges[1])
    factor = std::max(factor, radius(stencil, order, wall, rule, spacing) / inside);
  return factor > 1 + rounding ? factor : 1;
}

}  // namespace tarn::apps::pde
