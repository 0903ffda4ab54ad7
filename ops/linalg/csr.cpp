#include "tarn/ops/linalg/csr.hpp"

#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/csr_memory.hpp"

namespace tarn::ops {

namespace {

constexpr std::int64_t nowhere = std::numeric_limits<std::int64_t>::max();

/// Whether a row's offsets and columns are sound; finds the first row where they are not.
template <class Real>
struct FindWrongRow {
  Csr<Real> a;
  std::int64_t entries;

  KOKKOS_FUNCTION void operator()(const std::int64_t i, std::int64_t& first) const {
    const auto begin = a.offsets(i), end = a.offsets(i + 1);
    bool wrong = begin < 0 || end < begin || end > entries;
    for (auto n = begin; !wrong && n < end; ++n)
      wrong = a.columns(n) < 0 || a.columns(n) >= a.width;
    if (wrong && i < first) first = i;
  }
};

template <class Real>
struct RowProduct {
  Csr<Real> a;
  Field<const Real, 1> x;
  Field<Real, 1> y;
  Real alpha, beta;

  KOKKOS_FUNCTION void operator()(const std::int64_t i) const {
    Real sum = 0;
    for (auto n = a.offsets(i); n < a.offsets(i + 1); ++n)
      sum += a.values(n) * x(a.columns(n));
    y(i) = beta == 0 ? alpha * sum : alpha * sum + beta * y(i);
  }
};

template <class Real>
struct RowDiagonal {
  Csr<Real> a;
  Field<Real, 1> to;

  KOKKOS_FUNCTION void operator()(const std::int64_t i) const {
    Real sum = 0;
    for (auto n = a.offsets(i); n < a.offsets(i + 1); ++n) {
      if (a.columns(n) == i) sum += a.values(n);
    }
    to(i) = sum;
  }
};

using Rows = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;

template <class T>
T on_host(const Field<const T, 1>& view, std::size_t n) {
  T value{};
  Kokkos::deep_copy(value, Kokkos::subview(view, n));
  return value;
}

}  // namespace

template <class Real>
Csr<Real>::Csr(const Field<const std::int64_t, 1>& offsets_, const Field<const std::int32_t, 1>& columns_,
               const Field<const Real, 1>& values_, std::int64_t columns_of_matrix, std::source_location place)
    : offsets(offsets_), columns(columns_), values(values_), width(columns_of_matrix) {
  const char* const who = "sparse matrix";
  if (offsets.extent(0) == 0) detail::refuse_shape(who, "no offsets; a matrix without rows has one", place);
  if (columns.extent(0) != values.extent(0)) {
    detail::refuse_shape(who, fmt::format("{} columns for {} values", columns.extent(0), values.extent(0)), place);
  }
  const auto first = on_host<std::int64_t>(offsets, 0), last = on_host<std::int64_t>(offsets, offsets.extent(0) - 1);
  if (first != 0 || last != entries()) {
    detail::refuse(who, fmt::format("the offsets run from {} to {}, not from 0 to {}", first, last, entries()), place);
  }
  std::int64_t wrong = nowhere;
  Kokkos::parallel_reduce("tarn::ops::check_csr", Rows(Space{}, 0, rows()), FindWrongRow<Real>{*this, entries()},
                          Kokkos::Min<std::int64_t>(wrong));
  if (wrong != nowhere) {
    detail::refuse(
        who,
        fmt::format("row {} of {} has offsets that decrease, or a column outside 0 to {}", wrong, rows(), width - 1),
        place);
  }
}

template <class Real>
void spmv(const Space& space, const Csr<Real>& a, const Field<const Real, 1>& x, const Field<Real, 1>& y, Real alpha,
          Real beta, std::source_location place) {
  const auto text = [&] {
    return fmt::format("a is {}x{}, x is {}, y is {}", a.rows(), a.width, x.extent(0), y.extent(0));
  };
  if (static_cast<std::int64_t>(x.extent(0)) != a.width || static_cast<std::int64_t>(y.extent(0)) != a.rows())
    detail::refuse_shape("spmv", text() + "; they do not fit", place);
  if (detail::shares_memory<Real>(x, y)) detail::refuse("spmv", text() + "; the target y shares memory with x", place);
  if (detail::shares_memory(a, y)) detail::refuse("spmv", text() + "; the target y shares memory with a", place);
  Kokkos::parallel_for("tarn::ops::spmv", Rows(space, 0, a.rows()), RowProduct<Real>{a, x, y, alpha, beta});
}

template <class Real>
void diagonal(const Space& space, const Csr<Real>& a, const Field<Real, 1>& to) {
  if (a.rows() != a.width || static_cast<std::int64_t>(to.extent(0)) != a.rows()) {
    throw ShapeMismatch(fmt::format("diagonal: a is {}x{}, the target is {}", a.rows(), a.width, to.extent(0)));
  }
  require(!detail::shares_memory(a, to),
          fmt::format("diagonal: a is {}x{}; the target shares memory with a", a.rows(), a.width));
  Kokkos::parallel_for("tarn::ops::diagonal", Rows(space, 0, a.rows()), RowDiagonal<Real>{a, to});
}

#define TARN_INSTANTIATE(Real)                                                                                       \
  template struct Csr<Real>;                                                                                         \
  template void spmv<Real>(const Space&, const Csr<Real>&, const Field<const Real, 1>&, const Field<Real, 1>&, Real, \
                           Real, std::source_location);                                                              \
  template void diagonal<Real>(const Space&, const Csr<Real>&, const Field<Real, 1>&)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops
