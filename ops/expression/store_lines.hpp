#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/expression/element.hpp"

// How a host writes the elements of an expression into contiguous memory.

namespace tarn::ops::detail {

/// Elements first to end of a piece, through the caches.
template <class T, class E>
void store_elements(const E piece, T* out, std::int64_t first, std::int64_t end) {
  TARN_INDEPENDENT_ITERATIONS
  for (std::int64_t m = first; m < end; ++m)
    out[m] = convert<T>(piece[m]);
}

#if defined(__SSE2__)

/// Writes 64 bytes past the caches to an address that is a multiple of 64.
inline void stream_line(void* out, const void* values) {
#if defined(__AVX512F__)
  _mm512_stream_si512(static_cast<__m512i*>(out), _mm512_load_si512(values));
#else
  for (int part = 0; part < 4; ++part) {
    _mm_stream_si128(static_cast<__m128i*>(out) + part, _mm_load_si128(static_cast<const __m128i*>(values) + part));
  }
#endif
}

/// `count` elements of a piece, past the caches: the lines that are overwritten need not be read first. Each line of
/// 64 bytes is computed in registers and stored at once; in longer pieces, loads and stores would wait for each other.
template <class T, class E>
void store_past_caches(const E piece, T* out, std::int64_t count) {
  constexpr std::int64_t line = 64 / sizeof(T);
  const auto address = reinterpret_cast<std::uintptr_t>(out);
  if (address % sizeof(T) != 0) return store_elements(piece, out, 0, count);  // lines would never be whole
  std::int64_t m = 0;
  if (address % 64 != 0) {
    m = std::min<std::int64_t>(count, static_cast<std::int64_t>((64 - address % 64) / sizeof(T)));
    store_elements(piece, out, 0, m);
  }
  for (; m + line <= count; m += line) {
    alignas(64) T values[line];
    TARN_SHORT_VECTOR_LOOP
    for (std::int64_t n = 0; n < line; ++n)
      values[n] = convert<T>(piece[m + n]);
    stream_line(out + m, values);
  }
  store_elements(piece, out, m, count);
}

/// Ends a thread's stores past the caches: the processor does not order them with those that follow, by which another
/// thread may learn that the array is there.
inline void end_stores_past_caches() {
  _mm_sfence();
}

#else

template <class T, class E>
void store_past_caches(const E piece, T* out, std::int64_t count) {
  store_elements(piece, out, 0, count);
}
inline void end_stores_past_caches() {}

#endif

}  // namespace tarn::ops::detail
