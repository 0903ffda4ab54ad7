#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tarn::detail {

/// Copies values to memory past the caches, where the processor can; elsewhere an ordinary copy. Whole cache lines go
/// past them, the parts of lines at the two ends through them: a line that gets both kinds of stores is slow.
/// @param values  `count` values, aligned to 16 bytes
/// @param out     aligned to its type
template <class Real>
void store_past_caches(const Real* values, Real* out, std::ptrdiff_t count) {
#if defined(__SSE2__)
  constexpr std::ptrdiff_t line = 64 / sizeof(Real), step = 16 / sizeof(Real);
  const auto into_line = static_cast<std::ptrdiff_t>(reinterpret_cast<std::uintptr_t>(out) % 64 / sizeof(Real));
  const std::ptrdiff_t head = std::min(count, into_line == 0 ? 0 : line - into_line);
  const std::ptrdiff_t lines_end = head + (count - head) / line * line;
  std::copy_n(values, head, out);
  for (std::ptrdiff_t m = head; m < lines_end; m += step) {
    __m128i block;
    __builtin_memcpy(&block, values + m, 16);
    _mm_stream_si128(reinterpret_cast<__m128i*>(out + m), block);
  }
  std::copy(values + lines_end, values + count, out + lines_end);
#else
  std::copy_n(values, count, out);
#endif
}

}  // namespace tarn::detail
