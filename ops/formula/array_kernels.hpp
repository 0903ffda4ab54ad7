#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>

#include <Kokkos_Core.hpp>

#include "tarn/ops/expression/assign_kernels.hpp"
#include "tarn/ops/formula/block.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"
#include "tarn/ops/formula/strip.hpp"

// The kernels that evaluate a formula over arrays: one for hosts, one for GPUs.

namespace tarn::ops::detail {

/// An array as the kernel reads it.
struct FormulaSource {
  const void* data;
  std::int64_t strides[max_rank];
  NamedArray::Type type;
  bool packed = false;   ///< whether strips are float or double, aligned and contiguous
  bool one_row = false;  ///< whether the loop has no outer axes

  KOKKOS_FUNCTION std::int64_t offset_of(const Place& place) const {
    std::int64_t offset = place.inner * strides[max_rank - 1];
    if (one_row) return offset;
    for (int d = 0; d < max_rank - 1; ++d)
      offset += place.outer[d] * strides[d];
    return offset;
  }
  KOKKOS_FUNCTION double element(std::int64_t offset) const {
    switch (type) {
      case NamedArray::Type::boolean:
        return static_cast<const bool*>(data)[offset] ? 1 : 0;
      case NamedArray::Type::uint8:
        return static_cast<const std::uint8_t*>(data)[offset];
      case NamedArray::Type::int32:
        return static_cast<const std::int32_t*>(data)[offset];
      case NamedArray::Type::int64:
        return static_cast<double>(static_cast<const std::int64_t*>(data)[offset]);
      case NamedArray::Type::float32:
        return static_cast<const float*>(data)[offset];
      default:
        return static_cast<const double*>(data)[offset];
    }
  }

  /// `count` elements from a place on, at most a strip, as doubles.
  KOKKOS_FUNCTION FormulaStrip strip(const Place& place, int count) const {
    constexpr int width = FormulaStrip::width;
    const std::int64_t first = offset_of(place), step = strides[max_rank - 1];
    FormulaStrip values;
    if (packed && type == NamedArray::Type::float64) {
      const auto all = *reinterpret_cast<const Strip<double, width>*>(static_cast<const double*>(data) + first);
      for (int m = 0; m < width; ++m)
        values.values[m] = all.values[m];
    } else if (packed) {
      const auto all = *reinterpret_cast<const Strip<float, width>*>(static_cast<const float*>(data) + first);
      for (int m = 0; m < width; ++m)
        values.values[m] = all.values[m];
    } else {
      for (int m = 0; m < width; ++m)
        values.values[m] = m < count ? element(first + m * step) : 1;
    }
    return values;
  }
  /// Whether every strip of rows of `inner` elements can be loaded as one.
  bool packs(std::int64_t inner) const {
    constexpr int width = FormulaStrip::width;
    const auto with = [&]<class T>(const T* elements) {
      return Leaf<T>{elements, {strides[0], strides[1], strides[2], strides[3]}}.template packs<width>(inner);
    };
    if (type == NamedArray::Type::float64) return with(static_cast<const double*>(data));
    return type == NamedArray::Type::float32 && with(static_cast<const float*>(data));
  }

  /// `count` elements from a place on, as doubles: where they lie if they are, or converted into a buffer.
  const double* block(const Place& place, int count, double* buffer) const {
    const std::int64_t first = offset_of(place), step = strides[max_rank - 1];
    switch (type) {
      case NamedArray::Type::boolean:
        return gather(static_cast<const bool*>(data) + first, step, count, buffer);
      case NamedArray::Type::uint8:
        return gather(static_cast<const std::uint8_t*>(data) + first, step, count, buffer);
      case NamedArray::Type::int32:
        return gather(static_cast<const std::int32_t*>(data) + first, step, count, buffer);
      case NamedArray::Type::int64:
        return gather(static_cast<const std::int64_t*>(data) + first, step, count, buffer);
      case NamedArray::Type::float32:
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

/// A formula over arrays as kernels see it.
template <class T>
struct FormulaWork {
  FormulaKernel value;
  Target<T> target;
  Loop loop;
  Kokkos::Array<FormulaSource, max_formula_arrays> sources;
  int count;
  FormulaRandom random;

  /// The number of the place's element in C order of the loop; only random numbers want it.
  KOKKOS_FUNCTION std::int64_t number(const Place& place) const {
    const auto& extents = loop.extents;
    const std::int64_t row = (place.outer[0] * extents[1] + place.outer[1]) * extents[2] + place.outer[2];
    return row * extents[max_rank - 1] + place.inner;
  }
  KOKKOS_FUNCTION RandomCell cell(const Place& place) const {
    return {random.seed, random.stream, static_cast<std::uint64_t>(random.offset + number(place))};
  }
};

/// A settled value in the target's type; a GPU's own conversion may give other bits of NaN than a host's.
template <class T>
KOKKOS_FORCEINLINE_FUNCTION T rounded(double value) {
  if constexpr (std::same_as<T, double>) return value;
  return value == value ? static_cast<T>(value) : static_cast<T>(portable::not_a_number);
}

/// On a GPU: a thread takes one strip of a row.
template <class T>
struct EvaluateStrips {
  static constexpr int width = FormulaStrip::width;

  FormulaWork<T> work;
  Strips strips;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const Place place = strips.place(n, width);
    const std::int64_t left = work.loop.inner() - place.inner;
    const int count = left < width ? static_cast<int>(left) : width;
    const auto variables = [&](int slot) { return work.sources[slot].strip(place, count); };
    store(place, count,
          run_program_on_strip(work.value.program(), work.value.length(), variables, work.count, work.cell(place)));
  }

 private:
  KOKKOS_FORCEINLINE_FUNCTION void store(const Place& place, int count, const FormulaStrip& values) const {
    T* const out = work.target.address(place);
    if (work.target.packed) {
      Strip<T, width> strip;
      TARN_UNROLL
      for (int m = 0; m < width; ++m)
        strip.values[m] = rounded<T>(values.values[m]);
      *reinterpret_cast<Strip<T, width>*>(out) = strip;
      return;
    }
    TARN_UNROLL
    for (int m = 0; m < width; ++m) {
      if (m < count) out[m * work.target.strides[max_rank - 1]] = rounded<T>(values.values[m]);
    }
  }
};

/// What the last step of a formula left, as an expression to be stored.
struct Settled {
  const double* values;
  double operator[](std::int64_t n) const { return settled(values[n]); }
};

/// On a host: blocks of a row, each instruction for a whole block.
template <class T>
struct EvaluateBlocks {
  FormulaWork<T> work;
  Chunks chunks;
  bool stream;  ///< whether the target, contiguous, is stored past the caches

  void operator()(const std::int64_t n) const {
    chunks.visit(n, [this](Place place, std::int64_t count) {
      BlockProgram program(work.value, work.count);
      for (const std::int64_t end = place.inner + count; place.inner < end; place.inner += block_elements) {
        const auto elements = static_cast<int>(std::min<std::int64_t>(block_elements, end - place.inner));
        run(program, place, elements);
      }
    });
    if (stream) end_stores_past_caches();
  }

 private:
  void run(BlockProgram& program, const Place& place, int elements) const {
    alignas(64) double gathered[max_formula_arrays][block_elements];
    const double* variables[max_formula_arrays];
    for (int slot = 0; slot < work.count; ++slot)
      variables[slot] = work.sources[slot].block(place, elements, gathered[slot]);
    const Settled values{program.run(variables, elements, work.cell(place))};
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
