#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#if defined(__x86_64__) && !defined(__CUDACC__)
#include <features.h>
#include <immintrin.h>
#endif

#include "tarn/ops/expression/functions.hpp"

// Functions of many numbers at once on a host: the vector versions that the C library brings (libmvec of glibc, at most
// 4 units in the last place off; the functions of single numbers are at most 1 off). Where they exist, every element of
// an expression goes through them, the last ones of an array too, so that a value does not depend on its place.

namespace tarn::ops::detail {

// The newest version that this build may use: registers of 64, 32 or 16 bytes.
#if defined(__x86_64__) && !defined(__CUDACC__) && defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 35)
#define TARN_HAVE_VECTOR_FUNCTIONS
#if defined(__AVX512F__)
#define TARN_VECTOR_NAME(elements, name) _ZGVeN##elements##v_##name
#define TARN_VECTOR_FUNCTION(spelled) TARN_DECLARE(spelled, 8, 16, __m512d, __m512)
using DoubleVector = __m512d;
using FloatVector = __m512;
#elif defined(__AVX2__)
#define TARN_VECTOR_NAME(elements, name) _ZGVdN##elements##v_##name
#define TARN_VECTOR_FUNCTION(spelled) TARN_DECLARE(spelled, 4, 8, __m256d, __m256)
using DoubleVector = __m256d;
using FloatVector = __m256;
#else
#define TARN_VECTOR_NAME(elements, name) _ZGVbN##elements##v_##name
#define TARN_VECTOR_FUNCTION(spelled) TARN_DECLARE(spelled, 2, 4, __m128d, __m128)
using DoubleVector = __m128d;
using FloatVector = __m128;
#endif
#endif
#endif

/// Whether a function has a vector version; call(vector) then calls it.
template <class Op>
struct VectorFunction : std::false_type {};

#if defined(TARN_HAVE_VECTOR_FUNCTIONS)

#define TARN_DECLARE(spelled, doubles, floats, DoubleType, FloatType) \
  extern "C" {                                                        \
  DoubleType TARN_VECTOR_NAME(doubles, spelled)(DoubleType) noexcept; \
  FloatType TARN_VECTOR_NAME(floats, spelled##f)(FloatType) noexcept; \
  }                                                                   \
  inline DoubleType vector_##spelled(DoubleType x) {                  \
    return TARN_VECTOR_NAME(doubles, spelled)(x);                     \
  }                                                                   \
  inline FloatType vector_##spelled(FloatType x) {                    \
    return TARN_VECTOR_NAME(floats, spelled##f)(x);                   \
  }
#define TARN_VECTOR_VERSION(Name, spelled)                                   \
  TARN_VECTOR_FUNCTION(spelled)                                              \
  template <>                                                                \
  struct VectorFunction<Name> : std::true_type {                             \
    static DoubleVector call(DoubleVector x) { return vector_##spelled(x); } \
    static FloatVector call(FloatVector x) { return vector_##spelled(x); }   \
  };
TARN_VECTOR_VERSION(Exp, exp)
TARN_VECTOR_VERSION(Expm1, expm1)
TARN_VECTOR_VERSION(Log, log)
TARN_VECTOR_VERSION(Log1p, log1p)
TARN_VECTOR_VERSION(Log2, log2)
TARN_VECTOR_VERSION(Log10, log10)
TARN_VECTOR_VERSION(Sin, sin)
TARN_VECTOR_VERSION(Cos, cos)
TARN_VECTOR_VERSION(Tan, tan)
TARN_VECTOR_VERSION(Asin, asin)
TARN_VECTOR_VERSION(Acos, acos)
TARN_VECTOR_VERSION(Atan, atan)
TARN_VECTOR_VERSION(Sinh, sinh)
TARN_VECTOR_VERSION(Cosh, cosh)
TARN_VECTOR_VERSION(Tanh, tanh)
#undef TARN_VECTOR_VERSION
#undef TARN_DECLARE
#undef TARN_VECTOR_FUNCTION
#undef TARN_VECTOR_NAME

template <class T>
struct VectorOf {
  using type = FloatVector;
};
template <>
struct VectorOf<double> {
  using type = DoubleVector;
};

/// Replaces `count` numbers by their function values. The buffer, at a multiple of 64 bytes, has room for a multiple of
/// 64 bytes.
template <class Op, FloatElement T>
void apply_to_vectors(T* values, std::int64_t count) {
  using Vector = typename VectorOf<T>::type;
  constexpr auto width = static_cast<std::int64_t>(sizeof(Vector) / sizeof(T));
  const std::int64_t end = (count + width - 1) / width * width;
  std::fill(values + count, values + end, T(1));
  for (std::int64_t n = 0; n < end; n += width) {
    auto* const vector = reinterpret_cast<Vector*>(values + n);
    *vector = VectorFunction<Op>::call(*vector);
  }
}

/// One number's function value: that of a vector.
template <class Op, FloatElement T>
T apply_to_one(T x) {
  alignas(64) T values[64 / sizeof(T)] = {x};
  apply_to_vectors<Op>(values, 1);
  return values[0];
}

#undef TARN_HAVE_VECTOR_FUNCTIONS
#else

template <class Op, FloatElement T>
void apply_to_vectors(T*, std::int64_t);
template <class Op, FloatElement T>
T apply_to_one(T);

#endif

}  // namespace tarn::ops::detail
