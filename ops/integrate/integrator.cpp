#include "tarn/ops/integrate/integrator.hpp"

#include "tarn/core/error.hpp"

namespace tarn::ops {

int arrays_of(Scheme scheme) {
  switch (scheme) {
    case Scheme::euler:
    case Scheme::ssp_rk2:
      return 2;
    case Scheme::ssp_rk3:
      return 3;
    default:
      return 4;
  }
}

template <class Real>
Integrator<Real>::Integrator(Scheme scheme, int stages, const Grid& grid, const Fields<Real>& state)
    : scheme_(scheme), u_(state) {
  grid.require_extents("integrator", state.extent(1), state.extent(2), state.extent(3));
  const auto copy = [&](const char* label) {
    const auto array = grid.make_fields<Real>(label, static_cast<int>(state.extent(0)));
    Kokkos::deep_copy(array, state);
    return array;
  };
  next_ = copy("tarn::ops::next");
  if (arrays_of(scheme) > 2) third_ = copy("tarn::ops::third_array");
  if (arrays_of(scheme) > 3) fourth_ = copy("tarn::ops::fourth_array");
  if (scheme == Scheme::rkl2) rkl2_.emplace(stages);
}

template class Integrator<float>;
template class Integrator<double>;

}  // namespace tarn::ops
