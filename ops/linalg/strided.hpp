#pragma once

#include <array>
#include <cstdint>
#include <source_location>
#include <string>
#include <type_traits>

#include "tarn/core/space.hpp"

// Matrices with their type's layout taken away: what the bodies in .cpp files are compiled for.

namespace tarn::ops {

/// A View with flags that say how an operation reads it. It copies nothing, and holds the View.
template <class View>
struct MatrixOperand {
  View view;
  bool transposed = false;
  bool conjugated = false;
};

namespace detail {

template <class T>
struct IsOperand : std::false_type {};
template <class View>
struct IsOperand<MatrixOperand<View>> : std::true_type {};

/// Whether T is an MatrixOperand or a View.
template <class T>
concept MatrixLike = IsOperand<T>::value || Kokkos::is_view<T>::value;

template <class View>
MatrixOperand<View> as_operand(const View& view) {
  static_assert(Kokkos::is_view<View>::value, "an operand is a Kokkos::View, or transposed(), conjugated() of one");
  static_assert(Kokkos::SpaceAccessibility<Space, typename View::memory_space>::accessible,
                "this build computes on its device: the View must be in the device's memory");
  return {view, false, false};
}
template <class View>
MatrixOperand<View> as_operand(const MatrixOperand<View>& operand) {
  return operand;
}

}  // namespace detail

/// The transpose of the last two axes, as a flag.
template <detail::MatrixLike T>
auto transposed(const T& of) {
  auto operand = detail::as_operand(of);
  operand.transposed = !operand.transposed;
  return operand;
}

/// The complex conjugate, as a flag; real numbers are their own.
template <detail::MatrixLike T>
auto conjugated(const T& of) {
  auto operand = detail::as_operand(of);
  operand.conjugated = !operand.conjugated;
  return operand;
}

/// The conjugate transpose, as flags.
template <detail::MatrixLike T>
auto adjoint(const T& of) {
  return conjugated(transposed(of));
}

namespace detail {

template <class T>
inline constexpr bool is_complex = false;
template <class T>
inline constexpr bool is_complex<Kokkos::complex<T>> = true;

/// Matrices of one shape, as an operation sees them: the transpose is applied to extents and strides.
template <class T>
struct Strided {
  T* data = nullptr;
  Kokkos::Array<std::int64_t, 3> extent{};  ///< matrices, rows, columns
  Kokkos::Array<std::int64_t, 3> stride{};  ///< in elements; 0 along an axis that is repeated
  bool conjugated = false;

  KOKKOS_FUNCTION std::int64_t batch() const { return extent[0]; }
  KOKKOS_FUNCTION std::int64_t rows() const { return extent[1]; }
  KOKKOS_FUNCTION std::int64_t columns() const { return extent[2]; }
  KOKKOS_FUNCTION std::int64_t size() const { return extent[0] * extent[1] * extent[2]; }
  KOKKOS_FUNCTION T& operator()(std::int64_t n, std::int64_t i, std::int64_t j) const {
    return data[n * stride[0] + i * stride[1] + j * stride[2]];
  }
  /// The same elements for reading only.
  Strided<const T> as_const() const { return {data, extent, stride, conjugated}; }
};

/// Vectors are columns, or with `as_row` rows; a rank beyond the matrix is the batch.
template <class View>
auto strided(const MatrixOperand<View>& operand, bool as_row = false) {
  static_assert(View::rank >= 1 && View::rank <= 3, "ranks 1 to 3");
  const View& view = operand.view;
  Strided<typename View::value_type> s;
  s.data = view.data();
  s.extent = {1, 1, 1};
  if constexpr (View::rank == 1) {
    const int axis = as_row ? 2 : 1;
    s.extent[axis] = static_cast<std::int64_t>(view.extent(0));
    s.stride[axis] = static_cast<std::int64_t>(view.stride(0));
  } else {
    constexpr int first = 3 - static_cast<int>(View::rank);
    for (int axis = first; axis < 3; ++axis) {
      s.extent[axis] = static_cast<std::int64_t>(view.extent(static_cast<std::size_t>(axis - first)));
      s.stride[axis] = static_cast<std::int64_t>(view.stride(static_cast<std::size_t>(axis - first)));
    }
    if (operand.transposed) {
      const auto rows = s.extent[1], row_stride = s.stride[1];
      s.extent[1] = s.extent[2];
      s.stride[1] = s.stride[2];
      s.extent[2] = rows;
      s.stride[2] = row_stride;
    }
  }
  s.conjugated = operand.conjugated && is_complex<typename View::non_const_value_type>;
  return s;
}

/// The same matrices with rows and columns exchanged.
template <class T>
Strided<T> swapped(const Strided<T>& s) {
  return {s.data, {s.extent[0], s.extent[2], s.extent[1]}, {s.stride[0], s.stride[2], s.stride[1]}, s.conjugated};
}

/// "3x4", or "5x3x4" where there is a batch.
std::string shape_text(int rank, const Kokkos::Array<std::int64_t, 3>& extent);

/// The part of memory that an operand covers, in bytes, for overlaps().
struct Footprint {
  std::uintptr_t begin = 0;
  Kokkos::Array<std::int64_t, 3> extent{};
  Kokkos::Array<std::int64_t, 3> stride{};  ///< [byte]
  std::int64_t element = 0;                 ///< [byte]
};

template <class T>
Footprint footprint(const Strided<T>& s) {
  const auto bytes = static_cast<std::int64_t>(sizeof(T));
  return {reinterpret_cast<std::uintptr_t>(s.data),
          s.extent,
          {s.stride[0] * bytes, s.stride[1] * bytes, s.stride[2] * bytes},
          bytes};
}

/// Whether two operands share an element. Exact where their strides are the same, so that blocks of one matrix beside
/// each other do not overlap; where strides differ, two that reach over the same addresses are taken to overlap.
bool overlaps(const Footprint& a, const Footprint& b);

/// Whether elements of one operand share memory: no target may be so, for of what is written there only the last would
/// stay.
bool overlaps_itself(const Footprint& f);

/// @throws Error "who: text (file:line)"
[[noreturn]] void refuse(const char* who, const std::string& text, std::source_location place);
/// @throws ShapeMismatch "who: text (file:line)"
[[noreturn]] void refuse_shape(const char* who, const std::string& text, std::source_location place);

}  // namespace detail

}  // namespace tarn::ops
