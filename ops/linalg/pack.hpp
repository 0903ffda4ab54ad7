#pragma once

#include "tarn/ops/linalg/strided.hpp"

namespace tarn::ops::detail {

/// to = from, element by element, conjugated where `from` says so; `to` has the same extents, and no element that
/// `from` has at another place. An axis of stride 0 in `from` is repeated.
/// @param space  instance the work is enqueued on; no fence
template <class T>
void copy_elements(const Space& space, const Strided<const T>& from, const Strided<T>& to);

/// c = beta c, element by element; zero where beta is 0, whatever c held.
template <class T>
void scale_elements(const Space& space, const Strided<T>& c, T beta);

/// c = alpha x y + beta c with x of one column and y of one row each: the outer product.
template <class T>
void outer_elements(const Space& space, const Strided<const T>& x, const Strided<const T>& y, const Strided<T>& c,
                    T alpha, T beta);

/// Column-major matrices one behind the other, in memory of their own, not initialised.
template <class T>
struct Packed {
  Packed(const char* label, const Kokkos::Array<std::int64_t, 3>& extent)
      : memory(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing),
               static_cast<std::size_t>(extent[0] * extent[1] * extent[2])),
        matrices{memory.data(), extent, {extent[1] * extent[2], 1, extent[1]}, false} {}

  Kokkos::View<T*, Kokkos::LayoutRight, Space> memory;
  Strided<T> matrices;
};

}  // namespace tarn::ops::detail
