#pragma once

#include <complex>
#include <cstddef>
#include <vector>

#include "tarn/apps/pde/linear.hpp"

namespace tarn::apps::pde {

/// A wave, given by the angle from one cell to the next along each axis.
struct PlaneWave {
  Angles angles{};
  std::vector<std::complex<double>> symbols{};  ///< what each term of the equations makes of it
};

/// Waves of many lengths and directions that differ in some term; the wave that is none is the first.
class PlaneWaves {
 public:
  /// @param beside_faces  as of Symbols
  PlaneWaves(const System& system, const Linearisation& linear, bool beside_faces);

  const std::vector<PlaneWave>& all() const { return waves_; }
  /// What a term makes of a wave at most.
  double largest_symbol(std::size_t term) const;
  /// That one and its neighbours along all axes and diagonals, 2^-level of the way to the next ones of all().
  std::vector<PlaneWave> around(const PlaneWave& centre, int level) const;

 private:
  PlaneWave wave_of(const Angles& angles) const;

  const Linearisation& linear_;
  Symbols symbol_;
  int dimensions_;
  double between_angles_;
  std::vector<PlaneWave> waves_;
};

}  // namespace tarn::apps::pde
