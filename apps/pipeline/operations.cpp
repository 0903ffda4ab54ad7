#include "tarn/apps/pipeline/operations.hpp"

#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"
#include "tarn/ops/linalg/matmul.hpp"

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

/// The axes of an operand as (batch, rows, columns), before its transpose; a vector is a row, or a column.
struct Extents3 {
  std::size_t batch = 1, rows = 1, columns = 1;
};

Extents3 extents3(const ops::Shape& shape, bool vector_is_row) {
  const auto extent = [&](int axis) { return static_cast<std::size_t>(shape.extents[static_cast<std::size_t>(axis)]); };
  if (shape.rank == 0) return {};
  if (shape.rank == 1) return vector_is_row ? Extents3{1, 1, extent(0)} : Extents3{1, extent(0), 1};
  if (shape.rank == 2) return {1, extent(0), extent(1)};
  return {extent(0), extent(1), extent(2)};
}

template <class T>
void multiply_of(const Space& space, const Array& c, const Array& a, const Array& b, const Product& product) {
  const auto view = [](const Array& array, const Extents3& e) {
    return Field<T, 3>(array.data<T>(), e.batch, e.rows, e.columns);
  };
  const bool transpose_a = product.transpose_a && a.signature.shape.rank > 1;
  const bool transpose_b = product.transpose_b && b.signature.shape.rank > 1;
  const Extents3 left = extents3(a.signature.shape, true), right = extents3(b.signature.shape, false);
  const std::size_t m = transpose_a ? left.columns : left.rows, n = transpose_b ? right.rows : right.columns;
  const std::size_t batch = left.batch == 1 ? right.batch : left.batch;
  if (batch * m * n == 0) return;
  const auto target = view(c, {batch, m, static_cast<std::size_t>(c.size()) / (batch * m)});
  const auto first = static_cast<std::size_t>(product.first_column);
  const auto columns =
      Kokkos::subview(target, Kokkos::ALL, Kokkos::ALL, Kokkos::pair<std::size_t, std::size_t>(first, first + n));
  const ops::Scale<T> scale{T(1), product.accumulate ? T(1) : T(0)};
  using Operand = ops::Operand<Field<T, 3>>;
  ops::matmul(space, columns, Operand{view(a, left), transpose_a, false}, Operand{view(b, right), transpose_b, false},
              scale);
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

void multiply(const Space& space, const Array& c, const Array& a, const Array& b, const Product& product) {
  with_type(c.signature.type, [&](auto tag) { multiply_of<typename decltype(tag)::type>(space, c, a, b, product); });
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
