#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/ops/diffusion/implicit_step.hpp"

namespace tarn::apps::heat {

/// A formula of heat.diffusivity and the axes along which it holds: all of them, unless the deck gives a list. Entries
/// of the list that are the same text are one formula.
struct DiffusivityFormula {
  std::string key;  ///< "heat.diffusivity", or an entry such as "heat.diffusivity[1]"
  std::vector<int> axes;
};

/// Those of a deck; none if the key is not valid.
std::vector<DiffusivityFormula> diffusivity_formulas(const io::Deck& deck);

/// Entries of the list; 0 where one formula holds along all axes.
int diffusivity_entries(const io::Deck& deck);

enum class Method { euler, rkl2, implicit };

/// What [heat] says of the steps, in numbers.
struct Options {
  Method method = Method::euler;
  int stages = 0;               ///< of rkl2
  std::optional<double> limit;  ///< the longest stable step [time]; none for implicit
  ops::ImplicitStepOptions implicit;
};

/// @param kappa  the largest diffusivity along each axis [m^2/s]
Options options_of(const io::Deck& deck, const std::array<double, 3>& kappa);

/// The method in words.
std::string text_of(const Options& options);

/// The largest stable step of the explicit Euler method, 1 / (2 sum kappa/dx^2): twice the inverse of Gershgorin's
/// bound on the eigenvalues of the discrete operator, boundary cells included. Infinite where kappa is 0.
/// @param kappa  the largest diffusivity along each axis [m^2/s]
double euler_limit(const Domain& domain, const std::array<double, 3>& kappa);

/// The tables of a heat deck.
std::vector<io::Table> tables();

/// The field, with the unit that the deck gives it.
std::vector<FieldDescription> state_of(const io::Deck& deck);

/// The simulation, in simulation.hpp.
template <class Real, int Dim>
class Heat;

}  // namespace tarn::apps::heat
