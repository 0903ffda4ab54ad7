#include "tarn/ops/integrate/integrator.hpp"

#include "tarn/core/error.hpp"

namespace tarn::ops {

int arrays_of(Scheme scheme, bool keeps_last) {
  switch (scheme) {
    case Scheme::euler:
      return 2;
    case Scheme::ssp_rk2:
      return keeps_last ? 3 : 2;
    case Scheme::ssp_rk3:
      return 3;
    default:
      return 4;
  }
}

template <class Real>
Integrator<Real>::Integrator(Scheme scheme, int stages, const Grid& grid, const Fields<Real>& state, bool keeps_last)
    : scheme_(scheme), keeps_last_(keeps_last), u_(state) {
  grid.require_extents("integrator", state.extent(1), state.extent(2), state.extent(3));
  const auto copy = [&](const char* label) {
    const auto array = grid.make_fields<Real>(label, static_cast<int>(state.extent(0)));
    Kokkos::deep_copy(array, state);
    return array;
  };
  next_ = copy("tarn::ops::next");
  const int arrays = arrays_of(scheme, keeps_last);
  if (arrays > 2) third_ = copy("tarn::ops::third_array");
  if (arrays > 3) fourth_ = copy("tarn::ops::fourth_array");
  if (scheme == Scheme::rkl2) rkl2_.emplace(stages);
}

template <class Real>
void Integrator<Real>::take_back() {
  require(keeps_last_, "integrator: the state before the last step is not kept");
  std::swap(u_, before_last_step());
}

template class Integrator<float>;
template class Integrator<double>;

}  // namespace tarn::ops
