#include "tarn/ops/formula/formula_arrays.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tarn/ops/formula/array_kernels.hpp"
#include "tarn/ops/formula/compiled_formula.hpp"

namespace tarn::ops {

namespace {

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

/// The arrays of a formula as a kernel reads them.
struct Sources {
  std::vector<detail::Access> accesses;  ///< the target's first
  std::vector<std::string> names;        ///< in the order of the slots
};

Sources sources_of(const NamedArray& target, const std::vector<NamedArray>& used) {
  Sources sources{{target.access()}, {}};
  for (const NamedArray& array : used) {
    detail::Access access = array.access();
    const detail::AxisMap map = detail::align_right({0, 1, 2, 3}, target.shape().rank, array.shape().rank);
    access.strides = {};
    for (std::size_t d = 0; d < static_cast<std::size_t>(array.shape().rank); ++d)
      access.strides[static_cast<std::size_t>(map[d])] = array.access().strides[d];
    sources.accesses.push_back(access);
    sources.names.push_back(array.name());
  }
  detail::require_no_hazard("tarn::ops::assign", target.shape(), sources.accesses[0],
                            {sources.accesses.begin() + 1, sources.accesses.end()});
  return sources;
}

/// Source number n as a kernel in strips or blocks reads it.
detail::FormulaSource source_of(const Sources& sources, const NamedArray& array, std::size_t n,
                                const detail::Loop& loop) {
  detail::FormulaSource source{sources.accesses[n + 1].data, {}, array.type()};
  std::copy(sources.accesses[n + 1].strides.begin(), sources.accesses[n + 1].strides.end(), source.strides);
  source.packed = source.packs(loop.inner());
  source.one_row = loop.rows() == 1;
  return source;
}

bool is_aligned(const void* data) {
  return reinterpret_cast<std::uintptr_t>(data) % 16 == 0;
}

/// What a compiled kernel works on; nothing unless every array is contiguous or one number, and there are enough
/// elements.
template <class T>
std::optional<detail::CompiledOperands> compiled_operands(const Sources& sources, const std::vector<NamedArray>& used,
                                                          T* target, const detail::Loop& loop) {
  constexpr std::size_t inner = max_rank - 1;
  const auto is_contiguous = [&](const detail::Access& access) {
    return access.strides[inner] == 1 && is_aligned(access.data);
  };
  if (loop.inner() < detail::least_compiled || loop.rows() != 1 || !is_contiguous(sources.accesses[0]))
    return std::nullopt;
  detail::CompiledOperands operands{sources.names, {}, {}, target, std::same_as<T, float>, loop.inner()};
  for (std::size_t n = 0; n < used.size(); ++n) {
    const detail::Access& access = sources.accesses[n + 1];
    const bool one = access.strides[inner] == 0;
    if (!one && !is_contiguous(access)) return std::nullopt;
    operands.sources.push_back({used[n].type(), one});
    operands.data.push_back(access.data);
  }
  return operands;
}

template <class T>
void launch(const Space& space, const NamedArray& array, T* data, const Formula& formula,
            const std::vector<NamedArray>& used, const FormulaRandom& random) {
  Sources sources = sources_of(array, used);
  if (array.shape().size() == 0) {
    formula.instructions(sources.names);  // complains of names without an array
    return;
  }
  // Random numbers are counted in C order.
  const detail::Loop loop = detail::plan_loop(array.shape(), sources.accesses, !formula.uses_random());
  detail::Target<T> target{data, {}, false};
  std::copy(sources.accesses[0].strides.begin(), sources.accesses[0].strides.end(), target.strides);
  if constexpr (tarn::detail::space_is_gpu) {
    const auto operands = compiled_operands(sources, used, data, loop);
    if (operands && detail::run_compiled(space, formula, *operands)) return;
  }
  const char* const label = "tarn::ops::assign_formula";
  detail::FormulaWork<T> body{formula.kernel(sources.names), target, loop, {}, static_cast<int>(used.size()), random};
  for (std::size_t n = 0; n < used.size(); ++n)
    body.sources[n] = source_of(sources, used[n], n, loop);
  if constexpr (detail::is_gpu<Space>) {
    constexpr int width = detail::EvaluateStrips<T>::width;
    body.target.packed = body.target.leaf().template packs<width>(loop.inner());
    const detail::EvaluateStrips<T> strips{body, detail::Strips(loop, width)};
    // The long functions want many registers, and the loads of short formulas many threads.
    using Policy = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>, Kokkos::LaunchBounds<256, 3>>;
    Kokkos::parallel_for(label, Policy(space, 0, strips.strips.count()), strips);
  } else {
    const detail::Chunks chunks(loop);
    const detail::EvaluateBlocks<T> blocks{body, chunks, detail::stores_past_caches<T>(loop, body.target)};
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
  if (target.type() == NamedArray::Type::float32) {
    launch(space, target, static_cast<float*>(data), formula, used, random);
  } else {
    launch(space, target, static_cast<double*>(data), formula, used, random);
  }
}

}  // namespace tarn::ops
