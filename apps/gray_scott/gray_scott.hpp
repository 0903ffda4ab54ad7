#pragma once

#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/ops/integrate/integrator.hpp"

namespace tarn::apps::gray_scott {

/// What [gray_scott] says, in numbers.
struct Options {
  double du = 0, dv = 0;      ///< diffusivities [length^2/time]
  double feed = 0, kill = 0;  ///< [1/time]
  double noise = 0;           ///< half the width of the random part of du/dt [1/time]
  ops::Scheme scheme = ops::Scheme::euler;
  double largest_step = 0;  ///< [time]
  double limit = 0;         ///< the longest that time.dt may be [time]
};

Options options_of(const io::Deck& deck);

inline const std::vector<FieldDescription> state{{"u", "", "the substance that is fed"},
                                                 {"v", "", "the substance that eats u and makes more of itself"}};

/// The simulation, in simulation.hpp.
template <class Real, int Dim>
class GrayScott;

}  // namespace tarn::apps::gray_scott
