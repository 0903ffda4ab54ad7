#pragma once

#include <cstddef>
#include <cstdint>

namespace tarn::detail {

/// What a prefetched line is for.
enum class Prefetch { for_reading, for_writing };

/// Asks for the first lines of memory pages that a pass through an array will reach soon. A processor's own prefetcher
/// runs ahead within a page, but waits for the memory's whole delay at the start of each. Where rows are shorter than
/// a few pages a pass would spend a third of its time there.
/// @param row    the next numbers that the pass touches; pages that begin in them count
/// @param count  how many numbers
template <Prefetch purpose, class Real>
void prefetch_page_starts([[maybe_unused]] const Real* row, [[maybe_unused]] std::ptrdiff_t count) {
#if defined(__GNUC__)
  constexpr std::uintptr_t page = 4096, line = 64, pages_ahead = 2, lines = 2;
  __asm__ volatile("");  // GCC takes a function of prefetches alone for one without effect, and drops calls of it
  const auto begin = reinterpret_cast<std::uintptr_t>(row), end = reinterpret_cast<std::uintptr_t>(row + count);
  for (std::uintptr_t start = (begin + page - 1) / page * page; start < end; start += page) {
    for (std::uintptr_t n = 0; n < lines; ++n) {
      const auto* address = reinterpret_cast<const void*>(start + pages_ahead * page + n * line);
      __builtin_prefetch(address, purpose == Prefetch::for_writing ? 1 : 0);
    }
  }
#endif
}

}  // namespace tarn::detail
