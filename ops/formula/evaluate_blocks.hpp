#pragma once

#include <algorithm>
#include <cstdint>

#include "tarn/ops/formula/block.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"

// A formula over arrays as kernels see it, and how a host runs it.

namespace tarn::ops::detail {

/// An array as the kernel reads it.
struct ArraySource {
  using Type = NamedArray::Type;

  const void* data;
  std::int64_t strides[max_rank];
  Type type;

  KOKKOS_FUNCTION double at(const Place& place) const { return element(offset_of(place)); }
  KOKKOS_FUNCTION std::int64_t offset_of(const Place& place) const {
    std::int64_t offset = place.inner * strides[max_rank - 1];
    for (int d = 0; d < max_rank - 1; ++d)
      offset += place.outer[d] * strides[d];
    return offset;
  }
  KOKKOS_FUNCTION double element(std::int64_t offset) const {
    switch (type) {
      case Type::boolean:
        return static_cast<const bool*>(data)[offset] ? 1 : 0;
      case Type::uint8:
        return static_cast<const std::uint8_t*>(data)[offset];
      case Type::int32:
        return static_cast<const std::int32_t*>(data)[offset];
      case Type::int64:
        return static_cast<double>(static_cast<const std::int64_t*>(data)[offset]);
      case Type::float32:
        return static_cast<const float*>(data)[offset];
      default:
        return static_cast<const double*>(data)[offset];
    }
  }

  /// `count` elements from a place on, as doubles: where they lie if they are, or converted into a buffer.
  const double* block(const Place& place, int count, double* buffer) const {
    const std::int64_t first = offset_of(place), step = strides[max_rank - 1];
    switch (type) {
      case Type::boolean:
        return gather(static_cast<const bool*>(data) + first, step, count, buffer);
      case Type::uint8:
        return gather(static_cast<const std::uint8_t*>(data) + first, step, count, buffer);
      case Type::int32:
        return gather(static_cast<const std::int32_t*>(data) + first, step, count, buffer);
      case Type::int64:
        return gather(static_cast<const std::int64_t*>(data) + first, step, count, buffer);
      case Type::float32:
        return gather(static_cast<const float*>(data) + first, step, count, buffer);
      default:
        if (step == 1) return static_cast<const double*>(data) + first;
        return gather(static_cast<const double*>(data) + first, step, count, buffer);
    }
  }

 private:
  template <class T>
  static const double* gather(const T* from, std::int64_t step, int count, double* buffer) {
    if (step == 1) {
      for (int n = 0; n < count; ++n)
        buffer[n] = static_cast<double>(from[n]);
    } else {
      for (int n = 0; n < count; ++n)
        buffer[n] = static_cast<double>(from[n * step]);
    }
    return buffer;
  }
};

/// A formula, the arrays that it reads, and the one that it writes.
template <class T>
struct ArrayFormula {
  FormulaKernel value;
  Target<T> target;
  Loop loop;
  Kokkos::Array<ArraySource, max_formula_arrays> sources;
  int count;
  FormulaRandom random;
};

/// What the last step of a formula left, as an expression to be stored.
struct Settled {
  const double* values;
  double operator[](std::int64_t n) const { return detail::settled(values[n]); }
};

/// On a host: blocks of a row, each instruction for a whole block.
template <class T>
struct EvaluateBlocks {
  ArrayFormula<T> work;
  Chunks chunks;
  bool stream;  ///< whether the target, contiguous, is stored past the caches

  void operator()(const std::int64_t n) const {
    chunks.visit(n, [this](Place place, std::int64_t count) {
      BlockProgram program(work.value, work.count);
      const auto& extents = work.loop.extents;
      const std::int64_t row = (place.outer[0] * extents[1] + place.outer[1]) * extents[2] + place.outer[2];
      for (const std::int64_t end = place.inner + count; place.inner < end; place.inner += block_elements) {
        const auto elements = static_cast<int>(std::min<std::int64_t>(block_elements, end - place.inner));
        run(program, place, elements, row * extents[max_rank - 1] + place.inner);
      }
    });
  }

 private:
  void run(BlockProgram& program, const Place& place, int elements, std::int64_t number) const {
    alignas(64) double gathered[max_formula_arrays][block_elements];
    const double* variables[max_formula_arrays];
    for (int slot = 0; slot < work.count; ++slot)
      variables[slot] = work.sources[slot].block(place, elements, gathered[slot]);
    const auto cell = static_cast<std::uint64_t>(work.random.offset + number);
    const Settled values{program.run(variables, elements, RandomCell{work.random.seed, work.random.stream, cell})};
    T* const out = work.target.address(place);
    const std::int64_t step = work.target.strides[max_rank - 1];
    if (stream) {
      store_past_caches(values, out, elements);
    } else {
      for (int m = 0; m < elements; ++m)
        out[m * step] = static_cast<T>(values[m]);
    }
  }
};

}  // namespace tarn::ops::detail
