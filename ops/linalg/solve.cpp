#include "tarn/ops/linalg/solve.hpp"

#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/pack.hpp"
#include "tarn/ops/linalg/vendor_blas.hpp"

namespace tarn::ops::detail {

namespace {

std::string texts(int rank, const Kokkos::Array<std::int64_t, 3>& a, const Kokkos::Array<std::int64_t, 3>& b,
                  const Kokkos::Array<std::int64_t, 3>& x) {
  return fmt::format("a is {}, b is {}, x is {}", shape_text(a[0] == 1 ? 2 : 3, a),
                     shape_text(rank == 3 && b[0] == 1 ? 2 : rank, b), shape_text(rank, x));
}

template <class T>
void check_shapes(const Strided<T>& x, const Strided<const T>& a, const Strided<const T>& b, const std::string& text,
                  std::source_location place) {
  if (a.rows() != a.columns()) refuse_shape("solve", text + "; a is not square", place);
  if (a.rows() != b.rows())
    refuse_shape("solve", fmt::format("{}; sizes {} and {} differ", text, a.rows(), b.rows()), place);
  if (x.rows() != b.rows() || x.columns() != b.columns()) refuse_shape("solve", text + "; x has not b's shape", place);
  for (const auto* s : {&a, &b}) {
    if (s->batch() != x.batch() && s->batch() != 1)
      refuse_shape("solve", fmt::format("{}; batches of {} and {} differ", text, s->batch(), x.batch()), place);
  }
  for (const auto extent : {x.rows(), x.columns(), x.batch()}) {
    if (extent > std::numeric_limits<int>::max())
      refuse("solve", text + "; an extent is beyond the 32 bits of LAPACK", place);
  }
}

template <class T>
bool same_elements(const Strided<T>& x, const Strided<const T>& b) {
  for (int axis = 0; axis < 3; ++axis) {
    if (x.extent[axis] != b.extent[axis] || (x.extent[axis] > 1 && x.stride[axis] != b.stride[axis])) return false;
  }
  return x.data == b.data;
}

template <class T>
void check_overlap(const Strided<T>& x, const Strided<const T>& a, const Strided<const T>& b, const std::string& text,
                   std::source_location place) {
  if (overlaps_itself(footprint(x)))
    refuse("solve", text + "; elements of the target x share memory with each other", place);
  const bool with_a = overlaps(footprint(x), footprint(a));
  if (with_a || (!same_elements(x, b) && overlaps(footprint(x), footprint(b))))
    refuse("solve", fmt::format("{}; the target x shares memory with {}", text, with_a ? "a" : "b"), place);
}

}  // namespace

template <class T>
void solve(const Space& space, const Strided<T>& x, const Strided<const T>& a, Strided<const T> b, int rank,
           std::source_location place) {
  const std::string text = texts(rank, a.extent, b.extent, x.extent);
  check_shapes<T>(x, a, b, text, place);
  check_overlap<T>(x, a, b, text, place);
  if (x.size() == 0) return;
  if (b.extent[0] != x.extent[0]) b.stride[0] = 0;
  b.extent[0] = x.extent[0];
  const Packed<T> factors("tarn::ops::lu_factors", a.extent), result("tarn::ops::solution", x.extent);
  copy_elements<T>(space, a, factors.matrices);
  copy_elements<T>(space, b, result.matrices);
  // Packed, the columns of all the batch stand one behind the other: for one matrix they are columns of one system.
  const bool shared = a.batch() == 1;
  const auto columns = shared ? x.batch() * x.columns() : x.columns();
  const auto zero =
      lu_solve<T>(space, x.rows(), columns, shared ? 1 : x.batch(), factors.memory.data(), result.memory.data());
  if (zero) {
    const auto which = a.batch() == 1 ? std::string("a") : fmt::format("matrix {} of a", zero.matrix);
    throw SingularMatrix(fmt::format("solve: {}; {} is singular: pivot {} is zero ({}:{})", text, which, zero.pivot,
                                     place.file_name(), place.line()),
                         zero.matrix, zero.pivot);
  }
  copy_elements<T>(space, result.matrices.as_const(), x);
  space.fence();  // the temporaries die here
}

#define TARN_INSTANTIATE(T)                                                                               \
  template void solve<T>(const Space&, const Strided<T>&, const Strided<const T>&, Strided<const T>, int, \
                         std::source_location)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
TARN_INSTANTIATE(Kokkos::complex<float>);
TARN_INSTANTIATE(Kokkos::complex<double>);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops::detail
