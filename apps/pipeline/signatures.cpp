#include "tarn/apps/pipeline/signatures.hpp"

#include <fmt/format.h>

namespace tarn::apps::pipeline {

namespace {

using ops::Shape;

Signature infer_formula(const Step& step, const Signatures& known) {
  std::optional<ElementType> type;
  Shape shape;
  for (const auto& name : step.inputs) {
    const Signature& input = known.at(name);
    if (input.type == ElementType::complex128) {
      throw DataError(fmt::format("{}: formulas do not read complex numbers, and '{}' is complex", step.label, name));
    }
    type = type ? promoted(*type, input.type) : input.type;
    shape = ops::broadcast_shapes(step.label.c_str(), shape, input.shape);
  }
  return {type == ElementType::float32 ? ElementType::float32 : ElementType::float64, shape};
}

ElementType reduced_type(Op op, ElementType type) {
  switch (op) {
    case Op::sum:
      return is_whole(type) ? ElementType::int64 : type;
    case Op::mean:
      return is_whole(type) ? ElementType::float64 : type;
    case Op::var:
    case Op::norm2:
      return type == ElementType::float32 ? type : ElementType::float64;
    case Op::argmin:
    case Op::argmax:
      return ElementType::int64;
    default:
      return type;
  }
}

Signature infer_step(const Step& step, const Signatures& known) {
  if (step.op == Op::formula) return infer_formula(step, known);
  const Signature& a = known.at(step.inputs[0]);
  if (is_reduction(step.op)) return {reduced_type(step.op, a.type), reduction_shape(step, a.shape).result};
  const Signature& b = known.at(step.inputs[1]);
  const ElementType type = promoted(a.type, b.type);
  if (step.op == Op::matmul) return {type, product_shape(step, a.shape, b.shape).result};
  if (!(a.shape == b.shape)) {
    throw ShapeMismatch(fmt::format("{}: '{}' has shape {}, '{}' has shape {}", step.label, step.inputs[0],
                                    to_string(a.shape), step.inputs[1], to_string(b.shape)));
  }
  return {type, {}};
}

/// The shape as matrices (rows, columns) after its transpose; a vector is a row on the left and a column on the right.
struct Matrices {
  std::int64_t batch = 1, rows = 1, columns = 1;
};

Matrices matrices_of(const Step& step, const Shape& shape, bool transposed, bool left) {
  constexpr int most = 3;
  if (shape.rank < 1 || shape.rank > most) {
    throw ShapeMismatch(
        fmt::format("{}: matmul takes arrays of 1 to {} axes, not of shape {}", step.label, most, to_string(shape)));
  }
  Matrices m;
  if (shape.rank == 1) {
    (left ? m.columns : m.rows) = shape.extents[0];
    return m;
  }
  if (shape.rank == most) m.batch = shape.extents[0];
  const auto last = static_cast<std::size_t>(shape.rank - 1);
  m.rows = shape.extents[last - 1];
  m.columns = shape.extents[last];
  if (transposed) std::swap(m.rows, m.columns);
  return m;
}

void check_kept(const Program& program, const Signatures& known) {
  for (const auto& name : program.scalars) {
    const Shape& shape = known.at(name).shape;
    if (shape.rank == 0) continue;
    throw ShapeMismatch(
        fmt::format("pipeline.keep.scalars: '{}' has shape {} and is no single number", name, to_string(shape)));
  }
  for (const auto& name : program.arrays) {
    if (known.at(name).shape.rank > 0) continue;
    throw ShapeMismatch(fmt::format("pipeline.keep.arrays: '{}' is a single number here", name));
  }
}

}  // namespace

ProductShape product_shape(const Step& step, const Shape& a, const Shape& b) {
  const Matrices left = matrices_of(step, a, step.transpose_a, true);
  const Matrices right = matrices_of(step, b, step.transpose_b, false);
  if (left.columns != right.rows) {
    throw ShapeMismatch(fmt::format("{}: a is {}{}, b is {}{}: inner lengths {} and {} differ", step.label,
                                    to_string(a), step.transpose_a ? " transposed" : "", to_string(b),
                                    step.transpose_b ? " transposed" : "", left.columns, right.rows));
  }
  if (left.batch != right.batch && left.batch != 1 && right.batch != 1) {
    throw ShapeMismatch(fmt::format("{}: a has {} matrices, b has {}", step.label, left.batch, right.batch));
  }
  ProductShape product{std::max(left.batch, right.batch), left.rows, left.columns, right.columns, {}};
  if (left.batch == 0 || right.batch == 0) product.batch = 0;
  const auto add = [&](std::int64_t extent) {
    product.result.extents[static_cast<std::size_t>(product.result.rank++)] = extent;
  };
  if (a.rank == 3 || b.rank == 3) add(product.batch);
  if (a.rank > 1) add(product.m);
  if (b.rank > 1) add(product.n);
  return product;
}

std::optional<int> axis_of(const Step& step, const Shape& shape) {
  if (!step.axis) return {};
  const int axis = *step.axis < 0 ? *step.axis + shape.rank : *step.axis;
  if (axis >= 0 && axis < shape.rank) return axis;
  throw ShapeMismatch(
      fmt::format("{}: '{}' has shape {} and no axis {}", step.label, step.inputs[0], to_string(shape), *step.axis));
}

ReductionShape reduction_shape(const Step& step, const Shape& shape) {
  const auto axis = axis_of(step, shape);
  ReductionShape reduction;
  for (int d = 0; d < shape.rank; ++d) {
    const auto extent = shape.extents[static_cast<std::size_t>(d)];
    const bool reduced = !axis || d == *axis;
    if (reduced) {
      reduction.count *= extent;
    } else {
      (d < *axis ? reduction.outer : reduction.inner) *= extent;
    }
    if (!reduced || step.keepdims) {
      reduction.result.extents[static_cast<std::size_t>(reduction.result.rank++)] = reduced ? 1 : extent;
    }
  }
  const bool chooses = step.op == Op::min || step.op == Op::max || step.op == Op::argmin || step.op == Op::argmax;
  if (chooses && reduction.count == 0) {
    throw ShapeMismatch(fmt::format("{}: '{}' has shape {} and no elements to choose from", step.label, step.inputs[0],
                                    to_string(shape)));
  }
  return reduction;
}

Signatures infer(const Program& program, const Signature& data) {
  Signatures known{{input_name, data}};
  for (const Step& step : program.steps)
    known[step.out] = infer_step(step, known);
  check_kept(program, known);
  return known;
}

}  // namespace tarn::apps::pipeline
