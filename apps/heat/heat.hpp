#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/ops/diffusion/implicit_step.hpp"

namespace tarn::apps::heat {

/// The key of the diffusivity, which has one formula or one for each axis.
inline constexpr const char* diffusivity_key = "heat.diffusivity";

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

/// Whether the deck asks for the implicit integrator.
inline bool is_implicit(const io::Deck& deck) {
  return deck.text("heat.integrator") == "implicit";
}

/// Says which key of the model changes in time, the first whose formula has t in it; empty if none has.
std::string change_in_time(const io::Deck& deck);

/// Whether the diffusivity differs from cell to cell.
bool has_variable_diffusivity(const io::Deck& deck);

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
