#include "tarn/apps/pde/plane_waves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace tarn::apps::pde {

/// Fewer where the eigenvalues take long; the reverse of a wave has the conjugate eigenvalues.
PlaneWaves::PlaneWaves(const System& system, const Linearisation& linear, bool beside_faces)
    : linear_(linear), symbol_(system, beside_faces), dimensions_(system.dimensions) {
  const int most = dimensions_ == 1 ? 32 : dimensions_ == 2 ? 8 : 4;
  const int half = system.field_count() > 2 ? most / 2 : most;
  between_angles_ = std::numbers::pi / half;
  std::array<int, 3> from{0, 0, 0}, to{0, 0, 0};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimensions_); ++axis) {
    from[axis] = axis == 0 ? 0 : 1 - half;
    to[axis] = half;
  }
  std::vector<Angles> angles;
  for (int k = from[2]; k <= to[2]; ++k) {
    for (int j = from[1]; j <= to[1]; ++j) {
      for (int i = from[0]; i <= to[0]; ++i) {
        angles.push_back({i * between_angles_, j * between_angles_, k * between_angles_});
        if (i == 0 && j == 0 && k == 0) std::swap(angles.front(), angles.back());
      }
    }
  }
  for (const Angles& one : angles) {
    PlaneWave wave = wave_of(one);
    const auto is_like = [&](const PlaneWave& other) { return other.symbols == wave.symbols; };
    if (std::none_of(waves_.begin(), waves_.end(), is_like)) waves_.push_back(std::move(wave));
  }
}

PlaneWave PlaneWaves::wave_of(const Angles& angles) const {
  PlaneWave wave{angles};
  for (const LinearTerm& term : linear_.terms)
    wave.symbols.push_back(symbol_(term, angles));
  return wave;
}

double PlaneWaves::largest_symbol(std::size_t term) const {
  double most = 0;
  for (const PlaneWave& wave : waves_)
    most = std::max(most, std::abs(wave.symbols[term]));
  return most;
}

std::vector<PlaneWave> PlaneWaves::around(const PlaneWave& centre, int level) const {
  const double unit = std::ldexp(between_angles_, -level);
  const int y = dimensions_ > 1 ? 1 : 0, z = dimensions_ > 2 ? 1 : 0;
  std::vector<PlaneWave> waves;
  for (int k = -z; k <= z; ++k) {
    for (int j = -y; j <= y; ++j) {
      for (int i = -1; i <= 1; ++i) {
        const auto& at = centre.angles;
        waves.push_back(wave_of({at[0] + i * unit, at[1] + j * unit, at[2] + k * unit}));
      }
    }
  }
  return waves;
}

}  // namespace tarn::apps::pde
