#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tarn/ops/formula/formula_arrays.hpp"

// A formula as a kernel for the driver of an NVIDIA GPU, which compiles it while the program runs: a formula read from
// a deck then costs as little as one written in C++. Every operation names its rounding, so that nothing is contracted,
// and the bits are those of run_program().
//
// The language is PTX ISA 6.0, whose manual NVIDIA publishes with the CUDA Toolkit.

namespace tarn::ops::detail {

/// An array that such a kernel reads.
struct PtxSource {
  NamedArray::Type type;
  bool one = false;  ///< whether it is one number for all elements; otherwise it is contiguous, 16-byte aligned
};

/// A kernel in PTX: `.entry tarn_formula(target, source 0, source 1, ..., size, threads)`. Pointers and numbers have 64
/// bits, and `threads` is ptx_threads() of width and size.
struct PtxKernel {
  std::string text;
  int width;  ///< elements of a strip; a thread takes two
};

/// The kernel of a program over arrays.
/// @param sources  of the program's slots
/// @param single   whether the target's elements are float; otherwise they are double
/// @return nothing if the program calls functions that PTX has no instructions for, draws random numbers, or is so long
/// that the driver would compile for more than some tenths of a second
std::optional<PtxKernel> ptx_of(const std::vector<Instruction>& program, const std::vector<PtxSource>& sources,
                                bool single);

/// Threads that together take `size` elements in strips of `width`.
inline std::int64_t ptx_threads(int width, std::int64_t size) {
  return std::max<std::int64_t>(1, (size / width + 1) / 2);
}

}  // namespace tarn::ops::detail
