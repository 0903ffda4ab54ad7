#include "tarn/ops/formula/formula_arrays.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tarn/ops/formula/block.hpp"

namespace tarn::ops {

namespace {

using Type = NamedArray::Type;

/// An array as the kernel reads it.
struct Source {
  const void* data;
  std::int64_t strides[max_rank];
  Type type;

  KOKKOS_FUNCTION double at(const detail::Place& place) const { return element(offset_of(place)); }
  KOKKOS_FUNCTION std::int64_t offset_of(const detail::Place& place) const {
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
  const double* block(const detail::Place& place, int count, double* buffer) const {
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

template <class T>
struct EvaluateFormula {
  FormulaKernel value;
  detail::Target<T> target;
  detail::Loop loop;
  Kokkos::Array<Source, max_formula_arrays> sources;
  int count;
  FormulaRandom random;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    detail::Place place{};
    detail::add_place(place, loop.extents, n);
    double variables[max_formula_arrays];
    for (int slot = 0; slot < count; ++slot)
      variables[slot] = sources[slot].at(place);
    const auto number = static_cast<std::uint64_t>(random.offset + n);
    *target.address(place) = static_cast<T>(value(variables, RandomCell{random.seed, random.stream, number}));
  }
};

/// What the last step of a formula left, as an expression to be stored.
struct Settled {
  const double* values;
  double operator[](std::int64_t n) const { return detail::settled(values[n]); }
};

/// On a host: blocks of a row, each instruction for a whole block.
template <class T>
struct EvaluateBlocks {
  EvaluateFormula<T> work;
  detail::Chunks chunks;
  bool stream;  ///< whether the target, contiguous, is stored past the caches

  void operator()(const std::int64_t n) const {
    chunks.visit(n, [this](detail::Place place, std::int64_t count) {
      detail::BlockProgram program(work.value, work.count);
      const auto& extents = work.loop.extents;
      const std::int64_t row = (place.outer[0] * extents[1] + place.outer[1]) * extents[2] + place.outer[2];
      for (const std::int64_t end = place.inner + count; place.inner < end; place.inner += detail::block_elements) {
        const auto elements = static_cast<int>(std::min<std::int64_t>(detail::block_elements, end - place.inner));
        run(program, place, elements, row * extents[max_rank - 1] + place.inner);
      }
    });
  }

 private:
  void run(detail::BlockProgram& program, const detail::Place& place, int elements, std::int64_t number) const {
    alignas(64) double gathered[max_formula_arrays][detail::block_elements];
    const double* variables[max_formula_arrays];
    for (int slot = 0; slot < work.count; ++slot)
      variables[slot] = work.sources[slot].block(place, elements, gathered[slot]);
    const auto cell = static_cast<std::uint64_t>(work.random.offset + number);
    const Settled values{program.run(variables, elements, RandomCell{work.random.seed, work.random.stream, cell})};
    T* const out = work.target.address(place);
    const std::int64_t step = work.target.strides[max_rank - 1];
    if (stream) {
      detail::store_past_caches(values, out, elements);
    } else {
      for (int m = 0; m < elements; ++m)
        out[m * step] = static_cast<T>(values[m]);
    }
  }
};

/// The arrays that the formula uses.
std::vector<NamedArray> used_arrays(const Formula& formula, const std::vector<NamedArray>& arrays) {
  std::set<std::string> names;
  std::vector<NamedArray> used;
  for (const NamedArray& array : arrays) {
    require(names.insert(array.name()).second, fmt::format("the array {} is given twice", array.name()));
    if (formula.uses(array.name())) used.push_back(array);
  }
  require(used.size() <= static_cast<std::size_t>(max_formula_arrays),
          fmt::format("the formula uses {} arrays, at most {} are possible", used.size(), max_formula_arrays));
  return used;
}

template <class T>
void launch(const Space& space, const NamedArray& target, T* data, const Formula& formula,
            const std::vector<NamedArray>& used, const FormulaRandom& random) {
  std::vector<detail::Access> accesses{target.access()};
  std::vector<std::string> slots;
  for (const NamedArray& array : used) {
    detail::Access access = array.access();
    const detail::AxisMap map = detail::align_right({0, 1, 2, 3}, target.shape().rank, array.shape().rank);
    access.strides = {};
    for (std::size_t d = 0; d < static_cast<std::size_t>(array.shape().rank); ++d)
      access.strides[static_cast<std::size_t>(map[d])] = array.access().strides[d];
    accesses.push_back(access);
    slots.push_back(array.name());
  }
  detail::require_no_hazard("tarn::ops::assign", target.shape(), accesses[0], {accesses.begin() + 1, accesses.end()});
  const FormulaKernel kernel = formula.kernel(slots);
  if (target.shape().size() == 0) return;
  // Random numbers are counted in C order.
  const detail::Loop loop = detail::plan_loop(target.shape(), accesses, !formula.uses_random());
  EvaluateFormula<T> body{kernel, {data, {}, false}, loop, {}, static_cast<int>(used.size()), random};
  std::copy(accesses[0].strides.begin(), accesses[0].strides.end(), body.target.strides);
  for (std::size_t n = 0; n < used.size(); ++n) {
    body.sources[n] = {accesses[n + 1].data, {}, used[n].type()};
    std::copy(accesses[n + 1].strides.begin(), accesses[n + 1].strides.end(), body.sources[n].strides);
  }
  const char* const label = "tarn::ops::assign_formula";
  if constexpr (detail::is_gpu<Space>) {
    Kokkos::parallel_for(label, detail::Range<Space>(space, 0, loop.size()), body);
  } else {
    const detail::Chunks chunks(loop);
    const EvaluateBlocks<T> blocks{body, chunks, detail::stores_past_caches<T>(loop, body.target)};
    Kokkos::parallel_for(label, detail::Range<Space>(space, 0, chunks.count()), blocks);
  }
}

}  // namespace

Shape formula_shape(const Formula& formula, const std::vector<NamedArray>& arrays) {
  Shape shape;
  for (const NamedArray& array : used_arrays(formula, arrays))
    shape = broadcast_shapes(("formula, array " + array.name()).c_str(), shape, array.shape());
  return shape;
}

void detail::assign_formula(const Space& space, const NamedArray& target, void* data, const Formula& formula,
                            const std::vector<NamedArray>& arrays, const FormulaRandom& random) {
  require_broadcast("tarn::ops::assign", formula_shape(formula, arrays), target.shape());
  const std::vector<NamedArray> used = used_arrays(formula, arrays);
  if (target.type() == Type::float32) {
    launch(space, target, static_cast<float*>(data), formula, used, random);
  } else {
    launch(space, target, static_cast<double*>(data), formula, used, random);
  }
}

}  // namespace tarn::ops
