#include "tarn/ops/linalg/vectors.hpp"

#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/linalg/strided.hpp"
#include "tarn/ops/linalg/vector_kernels.hpp"
#include "tarn/ops/reduce/reproducible_sum.hpp"
#include "tarn/ops/reduce/sum_cells.hpp"

namespace tarn::ops {

template <class Real>
PlainVectors<Real>::PlainVectors(std::int64_t size) {
  require(size >= 0 && size <= std::numeric_limits<int>::max(),
          fmt::format("vectors of {} numbers; at most 2^31 - 1", size));
  cells_.range.end = {static_cast<int>(size), 1, 1};
  cells_.terms = size;
}

template <class Real>
void PlainVectors<Real>::require_extents(const char* who, const Vector& vector) const {
  if (static_cast<std::int64_t>(vector.extent(0)) == cells_.terms) return;
  throw ShapeMismatch(
      fmt::format("{}: a vector has {} numbers, the system has {}", who, vector.extent(0), cells_.terms));
}

template class PlainVectors<float>;
template class PlainVectors<double>;

namespace detail {

namespace {

/// The sums of products over all ranks.
template <int Count, class Real>
std::array<double, Count> reproducible_dots(const Space& space, const VectorCells& cells,
                                            const Kokkos::Array<Field<const Real, 3>, Count + 1>& vectors) {
  std::array<double, Count> result{};
  if (cells.terms == 0) return result;
  const SumBins bins(cells.terms);
  auto sums = sum_cells<Count>("tarn::ops::dots", space, cells.range, bins, Products<Real, Count>{vectors});
  if (cells.communicator != nullptr) add_over_ranks(*cells.communicator, sums.sum, Count);
  for (int n = 0; n < Count; ++n) {
    const BinnedSum& sum = sums.sum[n];
    result[static_cast<std::size_t>(n)] =
        sum.specials == 0 ? to_number<double>(sum, bins) : std::numeric_limits<double>::quiet_NaN();
  }
  return result;
}

template <class Real>
Footprint footprint_of(const Field<const Real, 3>& u) {
  Footprint f{reinterpret_cast<std::uintptr_t>(u.data()), {}, {}, sizeof(Real)};
  for (int axis = 0; axis < 3; ++axis) {
    f.extent[axis] = static_cast<std::int64_t>(u.extent(static_cast<std::size_t>(axis)));
    f.stride[axis] = static_cast<std::int64_t>(u.stride(static_cast<std::size_t>(axis)) * sizeof(Real));
  }
  return f;
}

}  // namespace

template <class Real>
void require_apart(const char* who, const Field<const Real, 3>& source, const Field<const Real, 3>& target) {
  require(!overlaps(footprint_of<Real>(source), footprint_of<Real>(target)),
          fmt::format("{}: the target at {} shares memory with the source at {}, which is still read", who,
                      static_cast<const void*>(target.data()), static_cast<const void*>(source.data())));
}

template <class Real>
std::array<double, 2> dots(const Space& space, const VectorCells& cells, const Field<const Real, 3>& x,
                           const Field<const Real, 3>& y, const Field<const Real, 3>& z) {
  return reproducible_dots<2, Real>(space, cells, {x, y, z});
}

template <class Real>
double dot(const Space& space, const VectorCells& cells, const Field<const Real, 3>& x, const Field<const Real, 3>& y) {
  return reproducible_dots<1, Real>(space, cells, {x, y})[0];
}

template <class Real>
void combine(const Space& space, const VectorCells& cells, double a, const Field<const Real, 3>& x, double b,
             const Field<Real, 3>& y) {
  if (b == 0) {
    set_cells("tarn::ops::scaled_copy", space, cells.range, y, ScaledCopy<Real>{x, static_cast<Real>(a)});
  } else {
    set_cells("tarn::ops::combine", space, cells.range, y,
              Combination<Real>{x, y, static_cast<Real>(a), static_cast<Real>(b)});
  }
}

template <class Real>
void advance(const Space& space, const VectorCells& cells, double a, const Field<const Real, 3>& p,
             const Field<Real, 3>& x, const Field<const Real, 3>& q, const Field<Real, 3>& r) {
  for_each_cell("tarn::ops::advance", space, cells.range, Advance<Real>{p, x, q, r, static_cast<Real>(a)});
}

template <class Real>
void multiply_elements(const Space& space, const VectorCells& cells, const Field<const Real, 3>& x,
                       const Field<const Real, 3>& y, const Field<Real, 3>& z) {
  set_cells("tarn::ops::multiply_elements", space, cells.range, z, ElementProduct<Real>{x, y});
}

#define TARN_INSTANTIATE(Real)                                                                               \
  template void require_apart<Real>(const char*, const Field<const Real, 3>&, const Field<const Real, 3>&);  \
  template std::array<double, 2> dots<Real>(const Space&, const VectorCells&, const Field<const Real, 3>&,   \
                                            const Field<const Real, 3>&, const Field<const Real, 3>&);       \
  template double dot<Real>(const Space&, const VectorCells&, const Field<const Real, 3>&,                   \
                            const Field<const Real, 3>&);                                                    \
  template void combine<Real>(const Space&, const VectorCells&, double, const Field<const Real, 3>&, double, \
                              const Field<Real, 3>&);                                                        \
  template void advance<Real>(const Space&, const VectorCells&, double, const Field<const Real, 3>&,         \
                              const Field<Real, 3>&, const Field<const Real, 3>&, const Field<Real, 3>&);    \
  template void multiply_elements<Real>(const Space&, const VectorCells&, const Field<const Real, 3>&,       \
                                        const Field<const Real, 3>&, const Field<Real, 3>&)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
#undef TARN_INSTANTIATE

}  // namespace detail

}  // namespace tarn::ops
