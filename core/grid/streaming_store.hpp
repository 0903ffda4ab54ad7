#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tarn::detail {

/// Copies values to memory past the caches, where the processor can; elsewhere an ordinary copy.
/// @param values  `count` values, aligned to 16 bytes
/// @param out     aligned to its type
template <class Real>
void store_past_caches(const Real* values, Real* out, std::ptrdiff_t count) {
#if defined(__SSE2__)
  constexpr std::ptrdiff_t step = 16 / sizeof(Real);
  const auto misaligned = static_cast<std::ptrdiff_t>(reinterpret_cast<std::uintptr_t>(out) % 16 / sizeof(Real));
  const std::ptrdiff_t head = std::min(count, misaligned == 0 ? 0 : step - misaligned);
  std::ptrdiff_t m = 0;
  for (; m < head; ++m) out[m] = values[m];
  for (; m + step <= count; m += step) {
    __m128i block;
    __builtin_memcpy(&block, values + m, 16);
    _mm_stream_si128(reinterpret_cast<__m128i*>(out + m), block);
  }
  for (; m < count; ++m) out[m] = values[m];
#else
  std::copy_n(values, count, out);
#endif
}

}  // namespace tarn::detail
