#pragma once

// What compilers are told about a loop, or about a function. Each stands before what it speaks of.

/// The iterations are independent of each other: nothing that one stores is read by another.
#if defined(__CUDACC__)
#define TARN_INDEPENDENT_ITERATIONS
#elif defined(__clang__)
#define TARN_INDEPENDENT_ITERATIONS _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define TARN_INDEPENDENT_ITERATIONS _Pragma("GCC ivdep")
#else
#define TARN_INDEPENDENT_ITERATIONS
#endif

/// The iterations, few and independent, are not written out before they are turned into vectors: out of what is written
/// out, g++ makes vectors only where the expression is short.
#if defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__)
#define TARN_SHORT_VECTOR_LOOP _Pragma("GCC ivdep") _Pragma("GCC unroll 1")
#else
#define TARN_SHORT_VECTOR_LOOP TARN_INDEPENDENT_ITERATIONS
#endif

/// The iterations are not written out: the loop is rare, and its code would cost registers.
#if defined(__CUDA_ARCH__)
#define TARN_KEEP_LOOP _Pragma("unroll 1")
#else
#define TARN_KEEP_LOOP
#endif

/// The few iterations, whose number the compiler knows, are written out.
#if defined(__CUDA_ARCH__)
#define TARN_UNROLL _Pragma("unroll")
#elif defined(__clang__)
#define TARN_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__) && !defined(__CUDACC__)
#define TARN_UNROLL _Pragma("GCC unroll 16")
#else
#define TARN_UNROLL
#endif

/// The function stays a call in kernels: it is long and rarely run, and its registers are not those of its callers.
#if defined(__CUDACC__)
#define TARN_CALLED __noinline__
#else
#define TARN_CALLED
#endif
