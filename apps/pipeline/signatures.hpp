#pragma once

#include <map>
#include <string>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/apps/pipeline/program.hpp"

namespace tarn::apps::pipeline {

using Signatures = std::map<std::string, Signature>;

/// A matrix product as matrices, (m, k) times (k, n), of a batch where an operand has three axes.
struct ProductShape {
  std::int64_t batch = 1, m = 1, k = 1, n = 1;
  ops::Shape result;
};

/// @throws ShapeMismatch in NumPy's cases
ProductShape product_shape(const Step& step, const ops::Shape& a, const ops::Shape& b);

/// A reduction of an array in C order, as one along the middle axis of (outer, count, inner).
struct ReductionShape {
  std::int64_t outer = 1, count = 1, inner = 1;
  ops::Shape result;
};

/// @throws ShapeMismatch if the array has no such axis
ReductionShape reduction_shape(const Step& step, const ops::Shape& shape);

/// The axis that a step reduces, counted from 0; nothing: all.
/// @throws ShapeMismatch if the array has no such axis
std::optional<int> axis_of(const Step& step, const ops::Shape& shape);

/// Type and shape of every array of a program, by NumPy's rules; but that formulas compute in double: they give float32
/// if all that they read is float32 or uint8 with float32, and float64 otherwise.
/// @param data  of the array that was read
/// @throws ShapeMismatch, DataError for a complex array in a formula or a result to keep that does not fit
Signatures infer(const Program& program, const Signature& data);

}  // namespace tarn::apps::pipeline
