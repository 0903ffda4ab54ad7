#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace tarn::apps::euler {

enum class Riemann { llf, hll, hllc };
enum class Reconstruction { constant, minmod, van_leer, mc, ppm, weno5 };

/// Cells on either side of a face that the face's states depend on.
int width_of(Reconstruction scheme);

/// What [euler] says.
struct Options {
  double gamma = 1.4;
  Riemann riemann = Riemann::hllc;
  Reconstruction reconstruction = Reconstruction::van_leer;
  int stages = 2;                                ///< of the SSP Runge-Kutta method: 2 or 3
  std::array<double, 3> gravity{};               ///< [length/time^2]
  std::vector<std::string> scalars;              ///< names
  double least_density = 0, least_pressure = 0;  ///< floors; 0: none
};

}  // namespace tarn::apps::euler
