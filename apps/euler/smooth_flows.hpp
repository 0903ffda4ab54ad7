#pragma once

#include <cmath>
#include <numbers>

#include "tarn/apps/euler/quadrature.hpp"
#include "tarn/apps/euler/state.hpp"

// Smooth flows with known solutions.

namespace tarn::apps::euler {

/// A sound wave of small amplitude in a uniform gas, along any direction: the eigenvector of the linear equations (R.
/// J. LeVeque, Finite Volume Methods for Hyperbolic Problems, Cambridge 2002, chapter 14). It moves along `wave_number`
/// with the gas and the speed of sound; what it leaves out is of the order of amplitude^2.
template <int Dim>
struct SoundWave {
  Primitive<double, Dim> gas;  ///< without the wave
  double gamma;
  double wave_number[Dim];  ///< [1/m], a whole number of waves in a periodic domain times 2 pi / its length
  double amplitude;         ///< of the density, over that of the gas

  double speed_of_sound() const { return std::sqrt(gamma * gas.pressure / gas.density); }
  double wave_number_size() const { return std::sqrt(dot(wave_number, wave_number)); }
  /// Of one whole oscillation at a place [s].
  double period() const { return 2 * std::numbers::pi / frequency(); }
  double frequency() const { return dot(wave_number, gas.velocity) + speed_of_sound() * wave_number_size(); }

  Primitive<double, Dim> at(const double (&place)[Dim], double time) const {
    return with(amplitude * std::sin(dot(wave_number, place) - frequency() * time));
  }

  /// Average over a cell, of conserved quantities to first order in the amplitude: a sine averaged over a box is the
  /// sine at its centre times sin(k dx / 2) / (k dx / 2) for each axis.
  Conserved<double, Dim> cell_average(const double (&centre)[Dim], const double (&width)[Dim], double time) const {
    double share = amplitude;
    for (int d = 0; d < Dim; ++d) {
      const double half = 0.5 * wave_number[d] * width[d];
      if (half != 0) share *= std::sin(half) / half;
    }
    return linear(share * std::sin(dot(wave_number, centre) - frequency() * time));
  }

 private:
  /// @param wave  change of the density over the density
  Primitive<double, Dim> with(double wave) const {
    Primitive<double, Dim> w = gas;
    w.density += wave * gas.density;
    for (int d = 0; d < Dim; ++d)
      w.velocity[d] += wave * speed_of_sound() * wave_number[d] / wave_number_size();
    w.pressure += wave * gamma * gas.pressure;
    return w;
  }
  Conserved<double, Dim> linear(double wave) const {
    const auto ideal = Gas<double>::of(gamma);
    Conserved<double, Dim> u = conserved_of(ideal, gas);
    const double density = wave * gas.density;
    double along = 0;
    for (int d = 0; d < Dim; ++d) {
      const double velocity = wave * speed_of_sound() * wave_number[d] / wave_number_size();
      u.momentum[d] += density * gas.velocity[d] + gas.density * velocity;
      along += gas.velocity[d] * velocity;
    }
    u.density += density;
    u.energy += wave * gamma * gas.pressure / (gamma - 1) + 0.5 * density * dot(gas.velocity, gas.velocity) +
                gas.density * along;
    return u;
  }
};

/// The isentropic vortex: C.-W. Shu, Essentially non-oscillatory and weighted essentially non-oscillatory schemes for
/// hyperbolic conservation laws, Lecture Notes in Mathematics 1697, Springer 1998, section 4.3: density and pressure 1
/// far away, carried with the gas unchanged. A periodic domain should reach 10 core radii from the centre: there the
/// vortex is below rounding (S. C. Spiegel, H. T. Huynh and J. R. DeBonis, AIAA 2015-2444).
struct IsentropicVortex {
  double gamma = 1.4;
  double strength = 5;          ///< circulation, Shu's epsilon
  double velocity[2] = {1, 1};  ///< of the gas far away

  /// @param x, y  from the centre of the vortex, in core radii
  Primitive<double, 2> at(double x, double y) const {
    const double r2 = x * x + y * y;
    const double spin = strength / (2 * std::numbers::pi) * std::exp(0.5 * (1 - r2));
    const double temperature = 1 - (gamma - 1) / (2 * gamma) * spin * spin;
    const double density = std::pow(temperature, 1 / (gamma - 1));
    return {density, {velocity[0] - y * spin, velocity[1] + x * spin}, density * temperature};
  }

  /// Averages over the cell lower < (x, y) < upper; accurate to about 1e-12 for cells of a tenth of the core radius.
  Conserved<double, 2> cell_average(const double (&lower)[2], const double (&upper)[2]) const {
    const auto gas = Gas<double>::of(gamma);
    const double area = (upper[0] - lower[0]) * (upper[1] - lower[1]);
    const auto mean = [&](const auto& of) {
      const auto row = [&](double y) {
        return integral([&](double x) { return of(conserved_of(gas, at(x, y))); }, lower[0], upper[0]);
      };
      return integral(row, lower[1], upper[1]) / area;
    };
    using State = Conserved<double, 2>;
    return {mean([](const State& u) { return u.density; }),
            {mean([](const State& u) { return u.momentum[0]; }), mean([](const State& u) { return u.momentum[1]; })},
            mean([](const State& u) { return u.energy; })};
  }
};

}  // namespace tarn::apps::euler
