#include "tarn/apps/pde/growth.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "tarn/apps/pde/linear.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/spectrum.hpp"
#include "tarn/apps/pde/start_values.hpp"

namespace tarn::apps::pde {

namespace {

using Complex = std::complex<double>;

/// How the fastest growing wave of some length grows.
struct Growth {
  double rate = 0;  ///< [1/time]; below 0: it decays
  double size = 0;  ///< of its eigenvalue
  int field = 0;    ///< whose own term lets it grow most
  int cells = 0;    ///< of its length
};

/// The growth of waves with the coefficients of a cell, on a grid of some spacing whose faces do not count.
class Waves {
 public:
  Waves(System system, double refinement) : system_(std::move(system)), linear_(linearised(system_)), symbol_(system_) {
    system_.edges.clear();
    for (double& spacing : system_.spacing)
      spacing /= refinement;
  }

  const System& system() const { return system_; }
  const std::vector<int>& coefficients() const { return linear_.coefficients; }

  Growth of(const std::vector<double>& coefficients, const Angles& angles) const {
    std::vector<Complex> symbols;
    for (const LinearTerm& term : linear_.terms)
      symbols.push_back(symbol_(term, angles));
    const auto matrix = wave_matrix(system_, linear_, coefficients, symbols);
    const int fields = system_.field_count();
    Growth most{-HUGE_VAL};
    for (const Complex& value : eigenvalues(matrix, fields)) {
      if (value.real() > most.rate) most = {value.real(), std::abs(value)};
    }
    const auto step = static_cast<std::size_t>(fields) + 1;  // along the diagonal
    const auto own = [&](int field) { return matrix[static_cast<std::size_t>(field) * step].real(); };
    for (int field = 1; field < fields; ++field) {
      if (own(field) > own(most.field)) most.field = field;
    }
    return most;
  }

 private:
  System system_;
  Linearisation linear_;
  Symbols symbol_;
};

Angles scaled(const Angles& angles, double by) {
  return {angles[0] * by, angles[1] * by, angles[2] * by};
}

/// Waves of so many cells along some axes.
std::vector<Angles> short_waves(int dimensions, int cells) {
  std::vector<Angles> waves;
  for (int axes = 1; axes < 1 << dimensions; ++axes) {
    Angles wave{};
    for (int axis = 0; axis < dimensions; ++axis)
      wave[static_cast<std::size_t>(axis)] = (axes >> axis & 1) * 2 * std::numbers::pi / cells;
    waves.push_back(wave);
  }
  return waves;
}

/// The growth of a short wave, if it is more than that of a longer one, and on a finer grid more again.
std::optional<Growth> growth_without_end(const Waves& here, const Waves& finer, const std::vector<double>& coefficients,
                                         const Angles& wave) {
  // Growth by the nth derivative is 2^(n/2) times that of the longer wave, n being 1 at least, and on a finer grid far
  // more; what does not depend on the length of waves is taken off.
  constexpr double least_along_waves = 1.3, least_with_refinement = 2, rounding = 1e-3;
  const Growth growth = here.of(coefficients, wave);
  if (!(growth.rate > rounding * growth.size)) return {};
  const double at_rest = here.of(coefficients, {}).rate, rise = growth.rate - at_rest;
  if (!(rise > rounding * growth.size)) return {};
  if (rise < least_along_waves * (here.of(coefficients, scaled(wave, 0.5)).rate - at_rest)) return {};
  if (finer.of(coefficients, wave).rate - at_rest < least_with_refinement * rise) return {};
  return growth;
}

/// The fastest growth without end of a wave; values of cells that are no numbers tell nothing.
std::optional<Growth> worst(const io::Deck& deck, const System& system) {
  constexpr int most_cells = 50;
  // So much finer that what damps short waves does it there, where the deck's own grid is too coarse to show it.
  constexpr double refinement = 64;
  const Waves here(system, 1), finer(system, refinement);
  const System& copy = here.system();
  const StartValues start(deck, copy);
  const auto& nodes = here.coefficients();
  const bool varies = std::any_of(nodes.begin(), nodes.end(), [&](int node) { return !copy.graph.is_constant(node); });
  std::optional<Growth> found;
  for (const auto& cell : start.cells(varies ? most_cells : 1)) {
    std::vector<double> values;
    for (const int node : nodes)
      values.push_back(copy.graph.is_constant(node) ? copy.graph[node].value : start.value(node, cell));
    if (std::any_of(values.begin(), values.end(), [](double value) { return !std::isfinite(value); })) continue;
    for (const int cells : {2, 4}) {  // a central first derivative does not see waves of two cells
      for (const Angles& wave : short_waves(copy.dimensions, cells)) {
        auto growth = growth_without_end(here, finer, values, wave);
        if (!growth || (found && growth->rate <= found->rate)) continue;
        found = growth;
        found->cells = cells;
      }
    }
  }
  return found;
}

}  // namespace

std::optional<IllPosed> find_ill_posed(const io::Deck& deck, const System& system) {
  if (system.rates.empty()) return {};
  const auto growth = worst(deck, system);
  if (!growth) return {};
  const std::string& field = system.fields[static_cast<std::size_t>(growth->field)];
  const std::string key = (has_name(deck, "pde.equations", field) ? "pde.equations." : "pde.flux.") + field;
  return IllPosed{
      key,
      fmt::format("this equation is ill-posed: the shorter a wave of {}, the faster it grows. On this grid waves of {} "
                  "cells grow e-fold in {:.3g}, on a finer grid in less, so the result is of the grid alone. Diffusion "
                  "needs a coefficient above 0, or a higher derivative that damps short waves",
                  field, growth->cells, 1 / growth->rate)};
}

std::string ill_posed(const io::Deck& deck, const System& system) {
  const auto found = find_ill_posed(deck, system);
  if (!found) return {};
  return fmt::format("{}: {}: {}", to_string(deck.position(found->key)), found->key, found->what);
}

}  // namespace tarn::apps::pde
