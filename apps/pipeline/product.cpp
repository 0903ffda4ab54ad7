#include "tarn/apps/pipeline/product.hpp"

#include "tarn/ops/linalg/matmul.hpp"

namespace tarn::apps::pipeline {

namespace {

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
  using Operand = ops::MatrixOperand<Field<T, 3>>;
  ops::matmul(space, columns, Operand{view(a, left), transpose_a, false}, Operand{view(b, right), transpose_b, false},
              scale);
}

}  // namespace

void multiply(const Space& space, const Array& c, const Array& a, const Array& b, const Product& product) {
  with_type(c.signature.type, [&](auto tag) { multiply_of<typename decltype(tag)::type>(space, c, a, b, product); });
}

}  // namespace tarn::apps::pipeline
