#pragma once

#include <source_location>

#include "tarn/ops/linalg/row_colors.hpp"

namespace tarn::ops {

/// In what order a sweep passes through the colors.
enum class SweepOrder { forward, backward };

/// What Sor does as a preconditioner; a sweep has the relaxation too.
struct SorOptions {
  double relaxation = 1;  ///< omega, above 0 and below 2; 1 is the method of Gauss and Seidel
  int sweeps = 1;         ///< of an application, each forward and backward
};

/// Successive over-relaxation colour by colour: rows of a colour change at the same time, each to
///
///     (1 - omega) x_i + omega (b_i - sum of a_ij x_j over j != i) / a_ii.
///
/// D. M. Young, Iterative Solution of Large Linear Systems (1971), chapters 3 to 5; Y. Saad, Iterative Methods for
/// Sparse Linear Systems, 2nd ed. (2003), sections 4.1 and 12.4. The sweeps converge where the matrix is symmetric
/// positive definite, or its diagonal dominates and omega is at most 1; few of them smooth the error for multigrid.
///
/// Each row is added up by one thread in the order of its entries, so the result has the same bits on every device.
/// Entries at the same place add up.
template <class Real>
class Sor {
 public:
  /// Shares the matrix: values that change later count, and their diagonal is not looked at again.
  /// @param space  instance whose work is waited for
  /// @throws as color_rows() does; Error if the relaxation or the number of sweeps is out of its range, or if a row's
  ///         diagonal is missing, 0 or not finite: the message names the first such row
  explicit Sor(const Space& space, const Csr<Real>& a, const SorOptions& options = {},
               std::source_location place = std::source_location::current());
  /// @param colors  of color_rows() or group_rows() for this matrix or one of the same structure
  /// @throws ShapeMismatch if the matrix is not square or `colors` has another number of rows; Error as above
  Sor(const Space& space, const Csr<Real>& a, const RowColors& colors, const SorOptions& options = {},
      std::source_location place = std::source_location::current());

  /// One sweep towards the solution of A x = b; enqueued, a kernel for each colour, no fence.
  /// @param b  (rows)
  /// @param x  (rows): the start, and what the sweep makes of it
  /// @throws ShapeMismatch if an extent differs, Error if x shares memory with b or the matrix; x is then unchanged
  void sweep(const Space& space, const Field<const Real, 1>& b, const Field<Real, 1>& x,
             SweepOrder order = SweepOrder::forward,
             std::source_location place = std::source_location::current()) const;

  /// As a preconditioner: z = M^-1 r by sweeps forward and backward from z = 0. M is symmetric positive definite where
  /// the matrix is, so cg takes it; gmres and bicgstab do too. Enqueued, no fence.
  /// @throws as sweep() does
  void apply(const Space& space, const Field<Real, 1>& r, const Field<Real, 1>& z) const;

  const RowColors& colors() const { return colors_; }  ///< that the sweeps pass through

 private:
  Csr<Real> a_;
  RowColors colors_;
  SorOptions options_;
};

}  // namespace tarn::ops
