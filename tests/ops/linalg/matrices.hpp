#pragma once

#include <cstdint>
#include <type_traits>

#include <gtest/gtest.h>

#include "tarn/ops/linalg/strided.hpp"

// Matrices of small whole numbers, whose products are exact in every type, and a plain product to compare with.

namespace tarn::ops::test {

/// A small whole number that differs along every axis; complex ones have an imaginary part.
template <class T>
T small_number(std::int64_t n, std::int64_t i, std::int64_t j, int seed) {
  const auto real = (3 * i + 5 * j + 11 * n + i * j + seed) % 7 - 3;
  const auto imaginary = (2 * i + 3 * j + n + seed) % 5 - 2;
  if constexpr (detail::is_complex<T>) {
    return T(static_cast<typename T::value_type>(real), static_cast<typename T::value_type>(imaginary));
  } else {
    (void)imaginary;
    return static_cast<T>(real);
  }
}

/// A batch of matrices of small numbers.
template <class T, class Layout>
Kokkos::View<T***, Layout, Space> batch_of(int batch, int rows, int columns, int seed) {
  const Kokkos::View<T***, Layout, Space> view("test::batch", batch, rows, columns);
  const auto host = Kokkos::create_mirror_view(view);
  for (int n = 0; n < batch; ++n) {
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < columns; ++j)
        host(n, i, j) = small_number<T>(n, i, j, seed);
    }
  }
  Kokkos::deep_copy(view, host);
  return view;
}

template <class T>
T conjugate(const T& value) {
  if constexpr (detail::is_complex<T>) {
    return Kokkos::conj(value);
  } else {
    return value;
  }
}

/// How a matrix lies in the array that holds it.
enum class Lie {
  whole,   ///< all of it
  block,   ///< a box of a larger one: one contiguous axis
  strided  ///< every second row and column: no contiguous axis
};

/// A matrix on the device inside an array that is filled with `around`.
template <class T, class Layout>
struct Placed {
  using View = Kokkos::View<T**, Kokkos::LayoutStride, Space>;
  using Parent = Kokkos::View<T**, Layout, Space>;

  Placed(int rows_, int columns_, Lie lie, T around = T(99))
      : rows(rows_), columns(columns_), step(lie == Lie::strided ? 2 : 1) {
    const int margin = lie == Lie::whole ? 0 : 3;
    first = margin;
    parent = Parent("test::parent", step * rows + 2 * margin, step * columns + 2 * margin);
    Kokkos::deep_copy(parent, around);
    const auto row_stride = static_cast<std::size_t>(parent.stride(0)),
               column_stride = static_cast<std::size_t>(parent.stride(1));
    view = View(parent.data() + static_cast<std::size_t>(first) * (row_stride + column_stride),
                Kokkos::LayoutStride(static_cast<std::size_t>(rows), row_stride * step,
                                     static_cast<std::size_t>(columns), column_stride * step));
  }

  void fill(int seed) {
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), parent);
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < columns; ++j)
        host(first + step * i, first + step * j) = small_number<T>(0, i, j, seed);
    }
    Kokkos::deep_copy(parent, host);
  }

  /// Checks every element inside, and that all others are still `around`.
  template <class Expected>
  void expect(const Expected& expected, T around = T(99)) const {
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), parent);
    for (int i = 0; i < static_cast<int>(parent.extent(0)); ++i) {
      for (int j = 0; j < static_cast<int>(parent.extent(1)); ++j) {
        const int row = (i - first) / static_cast<int>(step), column = (j - first) / static_cast<int>(step);
        const bool inside = i >= first && j >= first && (i - first) % static_cast<int>(step) == 0 &&
                            (j - first) % static_cast<int>(step) == 0 && row < rows && column < columns;
        const T wanted = inside ? T(expected(row, column)) : around;
        ASSERT_TRUE(host(i, j) == wanted) << "element " << i << ", " << j << (inside ? " inside" : " around");
      }
    }
  }

  int rows, columns;
  std::size_t step;
  int first = 0;
  Parent parent;
  View view;
};

/// sum over k of left(i, k) right(k, j), wrapping around as unsigned arithmetic does.
template <class T, class Left, class Right>
T plain_product(int i, int j, int inner, const Left& left, const Right& right) {
  if constexpr (std::is_integral_v<T>) {
    std::uint64_t sum = 0;
    for (int k = 0; k < inner; ++k)
      sum += static_cast<std::uint64_t>(left(i, k)) * static_cast<std::uint64_t>(right(k, j));
    return static_cast<T>(sum);
  } else {
    T sum(0);
    for (int k = 0; k < inner; ++k)
      sum += left(i, k) * right(k, j);
    return sum;
  }
}

}  // namespace tarn::ops::test
