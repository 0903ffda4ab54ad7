#include "tarn/ops/linalg/pack.hpp"

#include "tarn/ops/linalg/wrapping.hpp"

namespace tarn::ops::detail {

namespace {

template <class T>
KOKKOS_FUNCTION T conjugate_if([[maybe_unused]] bool conjugated, const T& value) {
  if constexpr (is_complex<T>) {
    return conjugated ? T(value.real(), -value.imag()) : value;
  } else {
    return value;
  }
}

/// Numbers the elements of `like` with its nearest neighbours in memory beside each other.
struct ElementOrder {
  Kokkos::Array<std::int64_t, 3> extent;
  bool by_columns;

  template <class T>
  explicit ElementOrder(const Strided<T>& like)
      : extent(like.extent), by_columns(like.stride[1] < like.stride[2] || like.extent[2] <= 1) {}

  KOKKOS_FUNCTION void place(std::int64_t n, std::int64_t& matrix, std::int64_t& i, std::int64_t& j) const {
    const auto fast = by_columns ? extent[1] : extent[2], slow = by_columns ? extent[2] : extent[1];
    const auto line = n / fast;
    (by_columns ? i : j) = n - line * fast;
    matrix = line / slow;
    (by_columns ? j : i) = line - matrix * slow;
  }
};

template <class T>
struct CopyElement {
  Strided<const T> from;
  Strided<T> to;
  ElementOrder order;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    std::int64_t matrix, i, j;
    order.place(n, matrix, i, j);
    to(matrix, i, j) = conjugate_if(from.conjugated, T(from(matrix, i, j)));
  }
};

template <class T>
struct ScaleElement {
  Strided<T> c;
  ElementOrder order;
  T beta;
  bool clear;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    std::int64_t matrix, i, j;
    order.place(n, matrix, i, j);
    T& value = c(matrix, i, j);
    value = clear ? T(0) : multiply(beta, value);
  }
};

template <class T>
struct OuterElement {
  Strided<const T> x, y;
  Strided<T> c;
  ElementOrder order;
  T alpha, beta;
  bool clear;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    std::int64_t matrix, i, j;
    order.place(n, matrix, i, j);
    const T product = multiply(alpha, multiply(conjugate_if(x.conjugated, T(x(matrix, i, 0))),
                                               conjugate_if(y.conjugated, T(y(matrix, 0, j)))));
    T& value = c(matrix, i, j);
    value = clear ? product : add(product, multiply(beta, value));
  }
};

using Elements = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;

}  // namespace

template <class T>
void copy_elements(const Space& space, const Strided<const T>& from, const Strided<T>& to) {
  Kokkos::parallel_for("tarn::ops::copy_elements", Elements(space, 0, to.size()),
                       CopyElement<T>{from, to, ElementOrder(to)});
}

template <class T>
void scale_elements(const Space& space, const Strided<T>& c, T beta) {
  if (beta == T(1)) return;
  Kokkos::parallel_for("tarn::ops::scale_elements", Elements(space, 0, c.size()),
                       ScaleElement<T>{c, ElementOrder(c), beta, beta == T(0)});
}

template <class T>
void outer_elements(const Space& space, const Strided<const T>& x, const Strided<const T>& y, const Strided<T>& c,
                    T alpha, T beta) {
  Kokkos::parallel_for("tarn::ops::outer", Elements(space, 0, c.size()),
                       OuterElement<T>{x, y, c, ElementOrder(c), alpha, beta, beta == T(0)});
}

#define TARN_INSTANTIATE(T)                                                                                          \
  template void copy_elements<T>(const Space&, const Strided<const T>&, const Strided<T>&);                          \
  template void scale_elements<T>(const Space&, const Strided<T>&, T);                                               \
  template void outer_elements<T>(const Space&, const Strided<const T>&, const Strided<const T>&, const Strided<T>&, \
                                  T, T)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
TARN_INSTANTIATE(Kokkos::complex<float>);
TARN_INSTANTIATE(Kokkos::complex<double>);
TARN_INSTANTIATE(std::int32_t);
TARN_INSTANTIATE(std::int64_t);
TARN_INSTANTIATE(std::uint8_t);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops::detail
