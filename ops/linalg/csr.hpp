#pragma once

#include <cstdint>
#include <source_location>

#include "tarn/core/space.hpp"
#include "tarn/ops/linalg/vectors.hpp"

namespace tarn::ops {

/// A sparse matrix by compressed rows: the entries of row i are numbers offsets(i) to offsets(i + 1) - 1.
template <class Real>
struct Csr {
  Field<const std::int64_t, 1> offsets;  ///< (rows + 1)
  Field<const std::int32_t, 1> columns;  ///< (entries), each below `width`
  Field<const Real, 1> values;           ///< (entries)
  std::int64_t width = 0;                ///< columns of the matrix

  /// Looks at every offset and column.
  /// @param columns_of_matrix  the width
  /// @throws ShapeMismatch if offsets is empty, or columns and values have not the same extent, Error if the offsets
  ///         do not begin with 0, decrease somewhere, or end elsewhere than at the number of entries, or if a column
  ///         is beyond the width; the message names the first wrong row
  Csr(const Field<const std::int64_t, 1>& offsets, const Field<const std::int32_t, 1>& columns,
      const Field<const Real, 1>& values, std::int64_t columns_of_matrix,
      std::source_location place = std::source_location::current());

  std::int64_t rows() const { return static_cast<std::int64_t>(offsets.extent(0)) - 1; }  ///< of the matrix
  std::int64_t entries() const { return static_cast<std::int64_t>(values.extent(0)); }    ///< that are stored
};

/// y = alpha A x + beta y. Each row is added up by one thread in the order of its entries, so the result has the same
/// bits on every device; a vendor's product has not. y is not read where beta is 0.
/// @param space  instance the work is enqueued on; no fence
/// @param x      (width)
/// @param y      (rows)
/// @throws ShapeMismatch if an extent differs, Error if y shares memory with x or the matrix; y is then unchanged
template <class Real>
void spmv(const Space& space, const Csr<Real>& a, const Field<const Real, 1>& x, const Field<Real, 1>& y,
          Real alpha = 1, Real beta = 0, std::source_location place = std::source_location::current());

/// The diagonal of a square matrix; entries at the same place add up, a missing one is 0.
/// @param space  instance the work is enqueued on; no fence
/// @throws ShapeMismatch if the matrix is not square or `to` has not its size, Error if it shares memory with the
/// matrix
template <class Real>
void diagonal(const Space& space, const Csr<Real>& a, const Field<Real, 1>& to);

/// A sparse matrix as the Krylov methods take it.
template <class Real>
class CsrOperator {
 public:
  explicit CsrOperator(const Csr<Real>& matrix) : matrix_(matrix) {}  ///< shares the matrix
  /// y = a x; enqueued
  void apply(const Space& space, const Field<Real, 1>& x, const Field<Real, 1>& y) const {
    spmv<Real>(space, matrix_, x, y);
  }

 private:
  Csr<Real> matrix_;
};

}  // namespace tarn::ops
