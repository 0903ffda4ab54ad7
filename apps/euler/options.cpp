#include "tarn/apps/euler/options.hpp"

namespace tarn::apps::euler {

int width_of(Reconstruction scheme) {
  switch (scheme) {
    case Reconstruction::constant:
      return 1;
    case Reconstruction::ppm:
    case Reconstruction::weno5:
      return 3;
    default:
      return 2;
  }
}

}  // namespace tarn::apps::euler
