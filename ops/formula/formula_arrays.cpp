#include "tarn/ops/formula/formula_arrays.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tarn/ops/formula/evaluate_blocks.hpp"

namespace tarn::ops {

namespace {

/// On a GPU: one element a thread.
template <class T>
struct EvaluateElements : detail::ArrayFormula<T> {
  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    detail::Place place{};
    detail::add_place(place, this->loop.extents, n);
    double variables[max_formula_arrays];
    for (int slot = 0; slot < this->count; ++slot)
      variables[slot] = this->sources[slot].at(place);
    const auto number = static_cast<std::uint64_t>(this->random.offset + n);
    const RandomCell cell{this->random.seed, this->random.stream, number};
    *this->target.address(place) = static_cast<T>(this->value(variables, cell));
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
  detail::ArrayFormula<T> body{kernel, {data, {}, false}, loop, {}, static_cast<int>(used.size()), random};
  std::copy(accesses[0].strides.begin(), accesses[0].strides.end(), body.target.strides);
  for (std::size_t n = 0; n < used.size(); ++n) {
    body.sources[n] = {accesses[n + 1].data, {}, used[n].type()};
    std::copy(accesses[n + 1].strides.begin(), accesses[n + 1].strides.end(), body.sources[n].strides);
  }
  const char* const label = "tarn::ops::assign_formula";
  if constexpr (detail::is_gpu<Space>) {
    Kokkos::parallel_for(label, detail::Range<Space>(space, 0, loop.size()), EvaluateElements<T>{body});
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
