#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>

#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/memory/pool.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// What the elements of a new array are.
enum class Fill {
  zero,     ///< zero, written on the space instance that the array is for
  nothing,  ///< whatever the memory held
};

/// Asks for an array whose elements are not written.
struct Uninitialized {};
inline constexpr Uninitialized uninitialized;  ///< the argument that asks

namespace detail {

/// The bytes of an array.
/// @throws Error that names the array if an extent is negative or the bytes are more than can be counted
std::size_t array_bytes(const std::string& label, const std::ptrdiff_t* extents, std::size_t rank,
                        std::size_t element_bytes);

/// Gives a block back to its pool when the last copy of a View dies.
struct BackToPool {
  std::shared_ptr<Pool> pool;
  PoolBlock block;

  void operator()() const { pool->free(block); }
};

}  // namespace detail

/// A View whose memory comes from a pool and goes back to it with the last copy. The work that will be done on it is
/// that of one stream; see Pool.
/// @tparam ViewType  managed, in C order, of a memory that the pool's can be used as; rank 1 to 4
/// @throws Error if an extent is negative or the bytes cannot be counted; OutOfMemory
template <class ViewType, class... Extents>
ViewType pool_view(Pool& pool, Stream stream, const std::string& label, Extents... extents) {
  static_assert(ViewType::rank == sizeof...(Extents), "an array takes as many extents as its rank");
  const std::array<std::ptrdiff_t, sizeof...(Extents)> wanted{static_cast<std::ptrdiff_t>(extents)...};
  const std::size_t bytes =
      detail::array_bytes(label, wanted.data(), wanted.size(), sizeof(typename ViewType::value_type));
  const std::shared_ptr<Pool> owner = pool.shared_from_this();
  const PoolBlock block = owner->allocate(bytes, stream);
  try {
    return kokkos_compat::owning_view<ViewType>(label, static_cast<typename ViewType::pointer_type>(block.data),
                                                Kokkos::LayoutRight(static_cast<std::size_t>(extents)...),
                                                detail::BackToPool{owner, block});
  } catch (...) {
    owner->free(block);
    throw;
  }
}

/// A new array on the device; see Runtime::array().
template <class T, class... Extents>
requires(sizeof...(Extents) >= 1 && sizeof...(Extents) <= 4 && (std::integral<Extents> && ...)) Field < T,
    static_cast<int>(sizeof...(Extents))
> make_array(Pool& pool, const Space& space, Fill fill, const std::string& label, Extents... extents) {
  using Array = Field<T, static_cast<int>(sizeof...(Extents))>;
  const auto array = pool_view<Array>(pool, stream_of(space), label, extents...);
  if (fill == Fill::zero && array.size() > 0) {
    // Flat: no tiling, and zero bits are written at the rate of the memory.
    using Flat = Kokkos::View<T*, Kokkos::LayoutRight, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
    Kokkos::deep_copy(space, Flat(array.data(), array.size()), T{});
  }
  return array;
}

}  // namespace tarn
