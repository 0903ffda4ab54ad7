#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/ops/diffusion/implicit_step.hpp"

namespace tarn::apps::heat {

enum class Method { euler, rkl2, implicit };

/// What [heat] says of the steps, in numbers.
struct Options {
  Method method = Method::euler;
  int stages = 0;               ///< of rkl2
  std::optional<double> limit;  ///< the longest stable step [time]; none for implicit
  ops::ImplicitStepOptions implicit;
};

/// @param kappa  the largest diffusivity [m^2/s]
Options options_of(const io::Deck& deck, double kappa);

/// The method in words.
std::string text_of(const Options& options);

/// The largest stable step of the explicit Euler method, 1 / (2 kappa sum 1/dx^2): twice the inverse of Gershgorin's
/// bound on the eigenvalues of the discrete operator, boundary cells included. Infinite where kappa is 0.
/// @param kappa  the largest diffusivity [m^2/s]
double euler_limit(const Domain& domain, double kappa);

/// The tables of a heat deck.
std::vector<io::Table> tables();

inline const std::vector<FieldDescription> state{{"temperature", "K", "the temperature u"}};

/// The simulation, in simulation.hpp.
template <class Real, int Dim>
class Heat;

}  // namespace tarn::apps::heat
