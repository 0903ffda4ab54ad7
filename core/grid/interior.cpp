#include "tarn/core/grid/interior.hpp"

#include <array>
#include <type_traits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn {

namespace {

/// Cell by cell between a field and an array without ghosts, for for_each_cell over the interior.
template <class Real, bool Packs>
struct CopyInterior {
  Field<Real, 3> field;
  Field<Real, 3> packed;
  Kokkos::Array<int, 3> begin;

  KOKKOS_FUNCTION void operator()(int k, int j, int i) const {
    Real& inside = field(k, j, i);
    Real& outside = packed(k - begin[2], j - begin[1], i - begin[0]);
    if constexpr (Packs) {
      outside = inside;
    } else {
      inside = outside;
    }
  }
};

template <class Real>
void check_shapes(const Grid& grid, const Field<Real, 3>& field, const HostField<Real, 3>& host) {
  grid.require_extents("interior", field.extent(0), field.extent(1), field.extent(2));
  const auto cells = [&](int axis) { return static_cast<std::size_t>(grid.cells(axis)); };
  if (host.extent(0) == cells(2) && host.extent(1) == cells(1) && host.extent(2) == cells(0)) return;
  throw ShapeMismatch(fmt::format("interior: the host array is {} x {} x {} (z, y, x), the grid needs {} x {} x {}",
                                  host.extent(0), host.extent(1), host.extent(2), cells(2), cells(1), cells(0)));
}

/// An array on the device for the cells without ghosts: the host array itself where the device sees it.
template <class Real>
Field<Real, 3> packed_array(const Space& space, const HostField<Real, 3>& host) {
  if constexpr (std::is_same_v<Field<Real, 3>, HostField<Real, 3>>) {
    return host;
  } else {
    return make_array<Real>(memory().device(), space, Fill::nothing, "tarn::interior::packed", host.extent(0),
                            host.extent(1), host.extent(2));
  }
}

}  // namespace

template <class Real>
void copy_interior_to_host(const Space& space, const Grid& grid, const Field<Real, 3>& field,
                           const HostField<Real, 3>& host) {
  check_shapes<Real>(grid, field, host);
  const auto packed = packed_array<Real>(space, host);
  const auto interior = grid.interior();
  for_each_cell("tarn::interior::pack", space, interior, CopyInterior<Real, true>{field, packed, interior.begin});
  space.fence();
  download(space, host, packed, "tarn::interior");
}

template <class Real>
void copy_interior_from_host(const Space& space, const Grid& grid, const HostField<Real, 3>& host,
                             const Field<Real, 3>& field) {
  check_shapes<Real>(grid, field, host);
  const auto packed = packed_array<Real>(space, host);
  const auto interior = grid.interior();
  upload(space, packed, host, "tarn::interior");
  for_each_cell("tarn::interior::unpack", space, interior, CopyInterior<Real, false>{field, packed, interior.begin});
  space.fence();
}

#define TARN_INSTANTIATE(Real)                                                                      \
  template void copy_interior_to_host<Real>(const Space&, const Grid&, const Field<Real, 3>&,       \
                                            const HostField<Real, 3>&);                             \
  template void copy_interior_from_host<Real>(const Space&, const Grid&, const HostField<Real, 3>&, \
                                              const Field<Real, 3>&)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
#undef TARN_INSTANTIATE

}  // namespace tarn
