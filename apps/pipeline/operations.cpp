#include "tarn/apps/pipeline/operations.hpp"

#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"

namespace tarn::apps::pipeline {

namespace {

template <class From, class To>
void convert_elements(const Space& space, const Array& from, const Array& to) {
  if constexpr (ops::StorableAs<From, To>) {
    using namespace ops;
    assign(space, flat<To>(to), cast<To>(flat<From>(from)));
  } else {
    throw Error("a type does not hold the elements that it is to be given");
  }
}

/// The array as formulas take it; keeps the View, whose memory the caller keeps.
template <class T>
ops::NamedArray named_of(const std::string& name, const Array& array) {
  const auto& e = array.signature.shape.extents;
  const auto extent = [&](std::size_t axis) { return static_cast<std::size_t>(e[axis]); };
  T* const data = array.data<T>();
  switch (array.signature.shape.rank) {
    case 0:
      return {name, Field<T, 1>(data, 1)};
    case 1:
      return {name, Field<T, 1>(data, extent(0))};
    case 2:
      return {name, Field<T, 2>(data, extent(0), extent(1))};
    case 3:
      return {name, Field<T, 3>(data, extent(0), extent(1), extent(2))};
    default:
      return {name, Field<T, 4>(data, extent(0), extent(1), extent(2), extent(3))};
  }
}

ops::NamedArray named(const std::string& name, const Array& array) {
  switch (array.signature.type) {
    case ElementType::uint8:
      return named_of<std::uint8_t>(name, array);
    case ElementType::int32:
      return named_of<std::int32_t>(name, array);
    case ElementType::int64:
      return named_of<std::int64_t>(name, array);
    case ElementType::float32:
      return named_of<float>(name, array);
    case ElementType::float64:
      return named_of<double>(name, array);
    default:
      throw DataError("formulas do not read complex numbers, and '" + name + "' is complex");
  }
}

}  // namespace

Array converted(const Space& space, const Array& array, ElementType type) {
  if (array.signature.type == type) return array;
  const Array result = make_array(space, "pipeline::converted", {type, array.signature.shape});
  with_type(array.signature.type, [&](auto from) {
    with_type(type, [&](auto to) {
      convert_elements<typename decltype(from)::type, typename decltype(to)::type>(space, array, result);
    });
  });
  return result;
}

void evaluate_formula(const Space& space, const Array& target, const ops::Formula& formula,
                      const std::map<std::string, Array>& inputs, std::uint64_t seed, std::uint64_t stream,
                      std::int64_t offset) {
  std::vector<ops::NamedArray> arrays;
  for (const auto& [name, array] : inputs)
    arrays.push_back(named(name, array));
  // The rank of an array of one element does not matter: the flat target of rank 1 has no fewer axes.
  const ops::NamedArray into = named("the target", target);
  ops::detail::assign_formula(space, into, target.data<void>(), formula, arrays, {seed, stream, offset});
}

}  // namespace tarn::apps::pipeline
