#include "tarn/ops/linalg/sor.hpp"

#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/csr_memory.hpp"

namespace tarn::ops {

namespace {

using Rows = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;

/// Relaxes row number n of those that are sorted by their colors.
template <class Real>
struct RelaxRow {
  Csr<Real> a;
  Field<const std::int32_t, 1> rows;
  Field<const Real, 1> b;
  Field<Real, 1> x;
  Real relaxation;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const auto i = rows(n);
    Real rest = b(i), diagonal = 0;
    for (auto m = a.offsets(i); m < a.offsets(i + 1); ++m) {
      if (a.columns(m) == i) {
        diagonal += a.values(m);
      } else {
        rest -= a.values(m) * x(a.columns(m));
      }
    }
    x(i) = (1 - relaxation) * x(i) + relaxation * (rest / diagonal);
  }
};

/// Finds the first row whose diagonal nothing can be divided by.
template <class Real>
struct FindNoDiagonal {
  Csr<Real> a;

  KOKKOS_FUNCTION void operator()(const std::int64_t i, std::int64_t& first) const {
    Real diagonal = 0;
    for (auto n = a.offsets(i); n < a.offsets(i + 1); ++n) {
      if (a.columns(n) == i) diagonal += a.values(n);
    }
    const bool usable = diagonal != 0 && diagonal - diagonal == 0;
    if (!usable && i < first) first = i;
  }
};

template <class Real>
void check_diagonal(const Space& space, const Csr<Real>& a, std::source_location place) {
  std::int64_t wrong = std::numeric_limits<std::int64_t>::max();
  Kokkos::parallel_reduce("tarn::ops::check_diagonal", Rows(space, 0, a.rows()), FindNoDiagonal<Real>{a},
                          Kokkos::Min<std::int64_t>(wrong));
  if (wrong < a.rows())
    detail::refuse("sor", fmt::format("the diagonal of row {} is missing, 0 or not finite", wrong), place);
}

void check_options(const SorOptions& options, std::source_location place) {
  if (!(options.relaxation > 0 && options.relaxation < 2))
    detail::refuse("sor", fmt::format("the relaxation is {}, not between 0 and 2", options.relaxation), place);
  if (options.sweeps < 1) detail::refuse("sor", fmt::format("{} sweeps; at least 1", options.sweeps), place);
}

template <class Real>
void check_vectors(const Csr<Real>& a, const Field<const Real, 1>& b, const Field<Real, 1>& x,
                   std::source_location place) {
  const auto text = [&] {
    return fmt::format("a is {}x{}, b is {}, x is {}", a.rows(), a.width, b.extent(0), x.extent(0));
  };
  const auto rows = static_cast<std::size_t>(a.rows());
  if (b.extent(0) != rows || x.extent(0) != rows) detail::refuse_shape("sor", text() + "; they do not fit", place);
  if (detail::shares_memory<Real>(b, x)) detail::refuse("sor", text() + "; the target x shares memory with b", place);
  if (detail::shares_memory(a, x)) detail::refuse("sor", text() + "; the target x shares memory with a", place);
}

}  // namespace

template <class Real>
Sor<Real>::Sor(const Space& space, const Csr<Real>& a, const SorOptions& options, std::source_location place)
    : Sor(space, a, color_rows(space, a, place), options, place) {}

template <class Real>
Sor<Real>::Sor(const Space& space, const Csr<Real>& a, const RowColors& colors, const SorOptions& options,
               std::source_location place)
    : a_(a), colors_(colors), options_(options) {
  if (a.rows() != a.width || static_cast<std::int64_t>(colors.rows.extent(0)) != a.rows()) {
    detail::refuse_shape(
        "sor", fmt::format("a is {}x{}, its rows with colours are {}", a.rows(), a.width, colors.rows.extent(0)),
        place);
  }
  check_options(options, place);
  check_diagonal(space, a, place);
}

template <class Real>
void Sor<Real>::sweep(const Space& space, const Field<const Real, 1>& b, const Field<Real, 1>& x, SweepOrder order,
                      std::source_location place) const {
  check_vectors(a_, b, x, place);
  const RelaxRow<Real> relax{a_, colors_.rows, b, x, static_cast<Real>(options_.relaxation)};
  for (int n = 0; n < colors_.colors(); ++n) {
    const auto color = static_cast<std::size_t>(order == SweepOrder::forward ? n : colors_.colors() - 1 - n);
    const auto begin = colors_.offsets[color], end = colors_.offsets[color + 1];
    if (begin < end) Kokkos::parallel_for("tarn::ops::sor_sweep", Rows(space, begin, end), relax);
  }
}

template <class Real>
void Sor<Real>::apply(const Space& space, const Field<Real, 1>& r, const Field<Real, 1>& z) const {
  check_vectors<Real>(a_, r, z, std::source_location::current());
  Kokkos::deep_copy(space, z, Real(0));
  for (int n = 0; n < options_.sweeps; ++n) {
    sweep(space, r, z, SweepOrder::forward);
    sweep(space, r, z, SweepOrder::backward);
  }
}

template class Sor<float>;
template class Sor<double>;

}  // namespace tarn::ops
