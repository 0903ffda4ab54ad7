#include "tarn/core/grid/copy_fields.hpp"

namespace tarn {

template <class Real>
void copy_fields(const Space& space, const Fields<Real>& from, const Fields<Real>& to) {
  Kokkos::deep_copy(space, to, from);
}

template <class Real>
void fill_field(const Space& space, const Field<Real, 3>& field, Real value) {
  Kokkos::deep_copy(space, field, value);
}

template void copy_fields<float>(const Space&, const Fields<float>&, const Fields<float>&);
template void copy_fields<double>(const Space&, const Fields<double>&, const Fields<double>&);
template void fill_field<float>(const Space&, const Field<float, 3>&, float);
template void fill_field<double>(const Space&, const Field<double, 3>&, double);

}  // namespace tarn
