#include "tarn/ops/linalg/csr_arithmetic.hpp"

#include <cstddef>
#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/strided.hpp"

#if __has_include(<KokkosSparse_spgemm.hpp>) && __has_include(<KokkosSparse_spadd.hpp>)
#define TARN_HAVE_KOKKOS_SPARSE
#if defined(__GNUC__) && !defined(__clang__)  // functors that are copied with members that their kernels do not read
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <KokkosKernels_Handle.hpp>
#include <KokkosSparse_CrsMatrix.hpp>
#include <KokkosSparse_spadd.hpp>
#include <KokkosSparse_spgemm.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif

namespace tarn::ops {

namespace {

using Rows = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;

/// "a is 3x4, b is 5x6"; refuses what Kokkos Kernels cannot count.
template <class Real>
std::string shapes_of(const char* who, const Csr<Real>& a, const Csr<Real>& b, std::source_location place) {
  const auto text = fmt::format("a is {}x{}, b is {}x{}", a.rows(), a.width, b.rows(), b.width);
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  if (a.rows() > most || b.rows() > most) detail::refuse(who, text + "; at most 2^31 - 1 rows can be", place);
  return text;
}

template <class Real>
Csr<Real> without_entries(std::int64_t rows, std::int64_t width) {
  const Field<std::int64_t, 1> offsets("tarn::ops::csr_offsets", static_cast<std::size_t>(rows + 1));
  return Csr<Real>(offsets, Field<std::int32_t, 1>(), Field<Real, 1>(), width);
}

#if defined(TARN_HAVE_KOKKOS_SPARSE)

// Row offsets are those that Kokkos Kernels is compiled for; they have as many bits as tarn's.
using Memory = typename Space::memory_space;
template <class Real>
using Matrix = KokkosSparse::CrsMatrix<Real, std::int32_t, Kokkos::Device<Space, Memory>, void, std::size_t>;
template <class Real>
using Handle = KokkosKernels::Experimental::KokkosKernelsHandle<std::size_t, std::int32_t, Real, Space, Memory, Memory>;
static_assert(sizeof(std::size_t) == sizeof(std::int64_t));

/// The same memory; Kokkos Kernels reads it alone.
template <class Real>
Matrix<Real> as_kokkos(const Csr<Real>& a) {
  using M = Matrix<Real>;
  const auto entries = static_cast<std::size_t>(a.entries());
  return M("a", static_cast<std::int32_t>(a.rows()), static_cast<std::int32_t>(a.width), entries,
           typename M::values_type(const_cast<Real*>(a.values.data()), entries),
           typename M::row_map_type(reinterpret_cast<const std::size_t*>(a.offsets.data()), a.offsets.extent(0)),
           typename M::index_type(const_cast<std::int32_t*>(a.columns.data()), entries));
}

/// Sorts the entries of a row by their columns: a heap, for rows of any length.
template <class Real>
struct SortRow {
  Field<const std::int64_t, 1> offsets;
  Field<std::int32_t, 1> columns;
  Field<Real, 1> values;

  KOKKOS_FUNCTION void swap(std::int64_t a, std::int64_t b) const {
    const auto column = columns(a);
    const auto value = values(a);
    columns(a) = columns(b);
    values(a) = values(b);
    columns(b) = column;
    values(b) = value;
  }
  /// Lets the entry at `root` sink in the heap of `count` entries from `first` on.
  KOKKOS_FUNCTION void sink(std::int64_t first, std::int64_t root, std::int64_t count) const {
    for (std::int64_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
      if (child + 1 < count && columns(first + child) < columns(first + child + 1)) ++child;
      if (columns(first + root) >= columns(first + child)) return;
      swap(first + root, first + child);
      root = child;
    }
  }
  KOKKOS_FUNCTION void operator()(const std::int64_t i) const {
    const std::int64_t first = offsets(i), count = offsets(i + 1) - first;
    bool sorted = true;
    for (std::int64_t n = 1; sorted && n < count; ++n)
      sorted = columns(first + n - 1) <= columns(first + n);
    if (sorted) return;
    for (std::int64_t root = count / 2 - 1; root >= 0; --root)
      sink(first, root, count);
    for (std::int64_t last = count - 1; last > 0; --last) {
      swap(first, first + last);
      sink(first, 0, last);
    }
  }
};

/// Where a row begins once each of its columns is there once: a sum over the rows before it. Rows are sorted.
struct CountColumns {
  Field<const std::int64_t, 1> offsets;
  Field<const std::int32_t, 1> columns;
  Field<std::int64_t, 1> begin;

  KOKKOS_FUNCTION void operator()(const std::int64_t i, std::int64_t& sum, const bool last) const {
    if (last) begin(i) = sum;
    if (i + 1 == begin.extent_int(0)) return;
    for (std::int64_t n = offsets(i); n < offsets(i + 1); ++n)
      sum += n == offsets(i) || columns(n) != columns(n - 1) ? 1 : 0;
  }
};

/// Adds up the entries of a row that have one column.
template <class Real>
struct MergeColumns {
  Field<const std::int64_t, 1> offsets;
  Field<const std::int32_t, 1> columns;
  Field<const Real, 1> values;
  Field<const std::int64_t, 1> begin;
  Field<std::int32_t, 1> merged_columns;
  Field<Real, 1> merged_values;

  KOKKOS_FUNCTION void operator()(const std::int64_t i) const {
    std::int64_t to = begin(i) - 1;
    for (std::int64_t n = offsets(i); n < offsets(i + 1); ++n) {
      if (n == offsets(i) || columns(n) != columns(n - 1)) {
        merged_columns(++to) = columns(n);
        merged_values(to) = values(n);
      } else {
        merged_values(to) += values(n);
      }
    }
  }
};

/// The matrix with each column of a row once. Kokkos Kernels' sums (4.6) keep a column twice that one operand has
/// twice.
template <class Real>
Csr<Real> merged(const Csr<Real>& a) {
  const auto rows = a.rows();
  const Field<std::int64_t, 1> begin(Kokkos::view_alloc("tarn::ops::csr_offsets", Kokkos::WithoutInitializing),
                                     static_cast<std::size_t>(rows + 1));
  std::int64_t entries = 0;
  Kokkos::parallel_scan("tarn::ops::count_columns", Rows(Space{}, 0, rows + 1),
                        CountColumns{a.offsets, a.columns, begin}, entries);
  if (entries == a.entries()) return a;
  const Field<std::int32_t, 1> columns("tarn::ops::csr_columns", static_cast<std::size_t>(entries));
  const Field<Real, 1> values("tarn::ops::csr_values", static_cast<std::size_t>(entries));
  Kokkos::parallel_for("tarn::ops::merge_columns", Rows(Space{}, 0, rows),
                       MergeColumns<Real>{a.offsets, a.columns, a.values, begin, columns, values});
  Space{}.fence();
  return Csr<Real>(begin, columns, values, a.width);
}

struct CopyOffset {
  Kokkos::View<const std::size_t*, Space> from;
  Field<std::int64_t, 1> to;
  KOKKOS_FUNCTION void operator()(const std::int64_t n) const { to(n) = static_cast<std::int64_t>(from(n)); }
};

template <class Real>
Csr<Real> from_kokkos(const Matrix<Real>& made, std::int64_t rows, std::int64_t width) {
  const Field<std::int64_t, 1> offsets(Kokkos::view_alloc("tarn::ops::csr_offsets", Kokkos::WithoutInitializing),
                                       static_cast<std::size_t>(rows + 1));
  const Field<std::int32_t, 1> columns(made.graph.entries);
  const Field<Real, 1> values(made.values);
  Kokkos::parallel_for("tarn::ops::csr_offsets", Rows(Space{}, 0, rows + 1), CopyOffset{made.graph.row_map, offsets});
  Kokkos::parallel_for("tarn::ops::sort_rows", Rows(Space{}, 0, rows), SortRow<Real>{offsets, columns, values});
  Space{}.fence();
  return merged(Csr<Real>(offsets, columns, values, width));
}

template <class Real>
Csr<Real> product(const Csr<Real>& a, const Csr<Real>& b) {
  Handle<Real> handle;
  handle.create_spgemm_handle(KokkosSparse::SPGEMM_KK);
  const auto left = as_kokkos(a), right = as_kokkos(b);
  Matrix<Real> made;
  KokkosSparse::spgemm_symbolic(handle, left, false, right, false, made);
  KokkosSparse::spgemm_numeric(handle, left, false, right, false, made);
  return from_kokkos<Real>(made, a.rows(), b.width);
}

template <class Real>
Csr<Real> sum(const Csr<Real>& a, const Csr<Real>& b, Real alpha, Real beta) {
  Handle<Real> handle;
  handle.create_spadd_handle(false);  // rows may be in any order
  const auto left = as_kokkos(a), right = as_kokkos(b);
  Matrix<Real> made;
  KokkosSparse::spadd_symbolic(&handle, left, right, made);
  KokkosSparse::spadd_numeric(&handle, alpha, left, beta, right, made);
  handle.destroy_spadd_handle();
  return from_kokkos<Real>(made, a.rows(), a.width);
}

#else

[[noreturn]] void refuse_all() {
  throw Error(
      "this Kokkos Kernels was built without its sparse part: sparse matrices are neither multiplied nor added");
}
template <class Real>
Csr<Real> product(const Csr<Real>&, const Csr<Real>&) {
  refuse_all();
}
template <class Real>
Csr<Real> sum(const Csr<Real>&, const Csr<Real>&, Real, Real) {
  refuse_all();
}

#endif

}  // namespace

template <class Real>
Csr<Real> multiply(const Space& space, const Csr<Real>& a, const Csr<Real>& b, std::source_location place) {
  const auto shapes = shapes_of("multiply", a, b, place);
  if (a.width != b.rows()) {
    detail::refuse_shape("multiply", fmt::format("{}; inner sizes {} and {} differ", shapes, a.width, b.rows()), place);
  }
  if (a.entries() == 0 || b.entries() == 0) return without_entries<Real>(a.rows(), b.width);
  space.fence();
  return product<Real>(a, b);
}

template <class Real>
Csr<Real> add(const Space& space, const Csr<Real>& a, const Csr<Real>& b, std::type_identity_t<Real> alpha,
              std::type_identity_t<Real> beta, std::source_location place) {
  const auto shapes = shapes_of("add", a, b, place);
  if (a.rows() != b.rows() || a.width != b.width) detail::refuse_shape("add", shapes + "; they differ", place);
  if (a.entries() == 0 && b.entries() == 0) return without_entries<Real>(a.rows(), a.width);
  space.fence();
  return sum<Real>(a, b, alpha, beta);
}

#define TARN_INSTANTIATE(Real)                                                                               \
  template Csr<Real> multiply<Real>(const Space&, const Csr<Real>&, const Csr<Real>&, std::source_location); \
  template Csr<Real> add<Real>(const Space&, const Csr<Real>&, const Csr<Real>&, Real, Real, std::source_location)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops
