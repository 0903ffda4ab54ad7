#pragma once

#include <cstdint>
#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/vendor_blas.hpp"

// Systems of equations by the host's LAPACK, which is called by its Fortran names: those every implementation has.

// NOLINTBEGIN(bugprone-macro-parentheses): T is a type
#define TARN_DECLARE(letter, T)                                            \
  void letter##getrf_(const int*, const int*, T*, const int*, int*, int*); \
  void letter##getrs_(const char*, const int*, const int*, const T*, const int*, const int*, T*, const int*, int*)

extern "C" {
TARN_DECLARE(s, float);
TARN_DECLARE(d, double);
TARN_DECLARE(c, Kokkos::complex<float>);
TARN_DECLARE(z, Kokkos::complex<double>);
}
#undef TARN_DECLARE
// NOLINTEND(bugprone-macro-parentheses)

namespace tarn::ops::detail {

#define TARN_OVERLOAD(letter, T)      \
  constexpr auto getrf_of(const T&) { \
    return letter##getrf_;            \
  }                                   \
  constexpr auto getrs_of(const T&) { \
    return letter##getrs_;            \
  }
TARN_OVERLOAD(s, float)
TARN_OVERLOAD(d, double)
TARN_OVERLOAD(c, Kokkos::complex<float>)
TARN_OVERLOAD(z, Kokkos::complex<double>)
#undef TARN_OVERLOAD

/// As lu_solve(), with matrices that lie on the host, on the calling thread.
template <class T>
ZeroPivot lu_solve_on_host(std::int64_t n, std::int64_t columns, std::int64_t batch, T* a, T* b) {
  const int size = static_cast<int>(n), right_sides = static_cast<int>(columns);
  std::vector<int> pivots(static_cast<std::size_t>(n * batch));
  int info = 0;
  // All are factorised before the first is solved: a singular one among them changes nothing.
  for (std::int64_t matrix = 0; matrix < batch; ++matrix) {
    getrf_of(T{})(&size, &size, a + matrix * n * n, &size, pivots.data() + matrix * n, &info);
    require(info >= 0, "solve: LAPACK's getrf refused an argument");
    if (info > 0) return {matrix, info - 1};
  }
  for (std::int64_t matrix = 0; matrix < batch && columns > 0; ++matrix) {
    getrs_of(T{})("N", &size, &right_sides, a + matrix * n * n, &size, pivots.data() + matrix * n,
                  b + matrix * n * columns, &size, &info);
    require(info == 0, "solve: LAPACK's getrs refused an argument");
  }
  return {};
}

}  // namespace tarn::ops::detail
