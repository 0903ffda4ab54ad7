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

constexpr int cells = 16, layers = polynomial_layers;

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

/// The spectral radius of a difference between two faces.
double radius(const Stencil& stencil, int order, const EdgeRule& lower, const EdgeRule& upper, double spacing) {
  std::vector<Complex> matrix(static_cast<std::size_t>(cells) * cells);
  for (int column = 0; column < cells; ++column) {
    std::array<double, cells + 2 * layers> u{};
    std::array<double, cells> mirrored{};
    u[static_cast<std::size_t>(layers + column)] = 1;
    mirrored[static_cast<std::size_t>(cells - 1 - column)] = 1;
    for (int layer = 0; layer < layers; ++layer) {
      u[static_cast<std::size_t>(layers - 1 - layer)] = ghost(lower, order, layer, &u[layers], 1, spacing);
      u[static_cast<std::size_t>(layers + cells + layer)] = ghost(upper, order, layer, mirrored.data(), -1, spacing);
    }
    for (int row = 0; row < cells; ++row) {
      double sum = 0;
      for (const auto& [away, weight] : stencil)
        sum += weight * u[static_cast<std::size_t>(layers + row + away)];
      matrix[static_cast<std::size_t>(row * cells + column)] = sum;
    }
  }
  double largest = 0;
  for (const Complex& value : eigenvalues(matrix, cells))
    largest = std::max(largest, std::abs(value));
  return largest;
}

}  // namespace

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
