#pragma once

#include "tarn/apps/pipeline/array.hpp"

namespace tarn::apps::pipeline {

/// A matrix product.
struct Product {
  bool transpose_a = false, transpose_b = false;
  bool accumulate = false;        ///< whether it is added to what the target holds
  std::int64_t first_column = 0;  ///< of the target's columns that are written
};

/// c = a b or c += a b, for vectors, matrices and batches as in product_shape(). All of one type.
/// @param c  (m, n) or a batch; of more columns than the product where `first_column` says which
/// @throws ShapeMismatch, Error
void multiply(const Space& space, const Array& c, const Array& a, const Array& b, const Product& product);

}  // namespace tarn::apps::pipeline
