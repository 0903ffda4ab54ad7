#pragma once

#include <cstddef>
#include <type_traits>

#include <Kokkos_Core.hpp>

/// Defined where the device is a GPU, of any maker: its memory is not the host's. What is CUDA's alone asks for
/// KOKKOS_ENABLE_CUDA; docs/building.md lists the places.
#if defined(KOKKOS_ENABLE_CUDA) || defined(KOKKOS_ENABLE_HIP) || defined(KOKKOS_ENABLE_SYCL)
#define TARN_GPU
#endif

namespace tarn {

/// The one device of this build: Kokkos' default execution space.
using Space = Kokkos::DefaultExecutionSpace;

/// The execution space of the host.
using Host = Kokkos::DefaultHostExecutionSpace;

/// An index into a field, in kernels. A GPU computes places with 32 bits; on a host only indices as wide as a pointer
/// let the compiler see that neighbours are contiguous, and vectorise.
#if defined(TARN_GPU)
using Index = int;
#else
using Index = std::ptrdiff_t;
#endif

namespace detail {

#if defined(TARN_GPU)
inline constexpr bool space_is_gpu = !std::is_same_v<Space, Host>;
#else
inline constexpr bool space_is_gpu = false;
#endif

template <class Real, int Rank>
struct AddPointers {
  using type = typename AddPointers<Real, Rank - 1>::type*;
};
template <class Real>
struct AddPointers<Real, 0> {
  using type = Real;
};
}  // namespace detail

/// A device array in C order: the last index is the fastest, on every device.
///
/// The fields of a simulation are Field<Real, 3>, indexed (k, j, i) for z, y and x whatever the dimension of
/// their grid: an axis that the grid does not have has extent 1 and no ghost layer.
template <class Real, int Rank>
using Field = Kokkos::View<typename detail::AddPointers<Real, Rank>::type, Kokkos::LayoutRight, Space>;

/// The same array in the memory of the host.
template <class Real, int Rank>
using HostField = Kokkos::View<typename detail::AddPointers<Real, Rank>::type, Kokkos::LayoutRight, Kokkos::HostSpace>;

}  // namespace tarn
