#pragma once

#include <cstddef>
#include <string>

#include "tarn/core/space.hpp"

namespace tarn {

/// Blocks from here on ask for large pages [bytes].
inline constexpr std::size_t large_pages_from = std::size_t{1} << 22;

/// Asks the system to lay host memory that nobody has written to yet in large pages (2 MiB on x86-64), which spare the
/// processor most of its address translation; the whole pages inside are meant. A wish, refused without harm; nothing
/// is asked for fewer than large_pages_from bytes.
void wish_large_pages(void* data, std::size_t bytes) noexcept;

namespace detail {

/// A View of zeros, contiguous; on a host in large pages where the system grants them. Kokkos would write its zeros
/// before anybody could ask.
template <class View, class... Extents>
View zeros(const std::string& label, Extents... extents) {
  if constexpr (space_is_gpu) {
    return View(label, extents...);
  } else {
    const View view(Kokkos::view_alloc(label, Kokkos::WithoutInitializing), extents...);
    wish_large_pages(view.data(), view.size() * sizeof(typename View::value_type));
    auto* const data = view.data();
    // By the threads that will compute: memory lies near the processor that first writes to it.
    Kokkos::parallel_for("tarn::zeros", Kokkos::RangePolicy<Space, Kokkos::IndexType<std::size_t>>(0, view.size()),
                         [=](std::size_t n) { data[n] = 0; });
    Space().fence();
    return view;
  }
}

}  // namespace detail

}  // namespace tarn
