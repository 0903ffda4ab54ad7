#pragma once

#include "tarn/ops/linalg/krylov.hpp"

namespace tarn::ops {

namespace detail {

/// The least squares problem inside GMRES: the Hessenberg matrix is turned upper triangular by Givens rotations as its
/// columns come.
class HessenbergProblem {
 public:
  /// @param size      columns that can come
  /// @param residual  at the start
  HessenbergProblem(int size, double residual);

  /// Takes column j, its entries 0 to j + 1.
  /// @returns the residual with this column
  double add_column(const std::vector<double>& column);
  /// The coefficients of the columns so far.
  std::vector<double> solve() const;

 private:
  std::vector<std::vector<double>> triangle_;
  std::vector<double> cosines_, sines_, right_;
};

}  // namespace detail

/// Solves A x = b for any A by generalised minimal residuals, restarted after options.restart iterations,
/// preconditioned from the right. Y. Saad and M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856; Y. Saad,
/// Iterative Methods for Sparse Linear Systems, 2nd ed. (2003), algorithms 6.9 and 9.5.
/// @param work  vectors 0 to options.restart + 2; vector 0 holds the residual on return
/// @throws as cg; NotConverged too where A is singular and b out of its reach
template <class Vectors, class Operator, class Preconditioner>
requires LinearOperator<Operator, typename Vectors::Vector> KrylovResult
gmres(const Space& space, const Vectors& vectors, Operator&& a, Preconditioner&& preconditioner,
      const typename Vectors::Vector& x, const typename Vectors::Vector& b, const KrylovOptions& options,
      Workspace<Vectors>& work) {
  vectors.require_extents("gmres", x);
  vectors.require_extents("gmres", b);
  detail::require_apart<typename Vectors::Real>("gmres", Vectors::as_cells(b), Vectors::as_cells(x));
  const detail::VectorCalls<Vectors> calls{space, vectors};
  const auto r = work.get(vectors, 0), ready = work.get(vectors, 1);
  const auto basis = [&](int n) { return work.get(vectors, static_cast<std::size_t>(n) + 2); };
  KrylovResult result;
  if (options.zero_start) calls.clear(x);
  calls.residual(a, b, x, r);
  result.target = detail::target_for(calls, b, options);
  bool done = detail::reached(result, calls.norm(r));
  while (!done) {
    const double start = result.residual;
    if (!std::isfinite(start)) detail::fail("gmres", "a residual that is not finite", result);
    if (result.iterations == options.max_iterations) detail::fail("gmres", "no convergence", result);
    detail::HessenbergProblem problem(options.restart, start);
    calls.combine(1 / start, r, 0, basis(0));
    int columns = 0;
    bool stuck = false;
    while (columns < options.restart && result.iterations < options.max_iterations && !done && !stuck) {
      calls.precondition(preconditioner, basis(columns), ready);
      const auto next = basis(columns + 1);
      a.apply(space, ready, next);
      std::vector<double> column;
      for (int n = 0; n <= columns; ++n) {  // modified Gram-Schmidt
        column.push_back(calls.dot(next, basis(n)));
        calls.add(-column.back(), basis(n), next);
      }
      column.push_back(calls.norm(next));
      stuck = !(column.back() > 0);
      if (!stuck) calls.combine(0, next, 1 / column.back(), next);
      done = detail::reached(result, problem.add_column(column));
      ++columns;
      ++result.iterations;
    }
    // x += M^-1 sum of coefficient times direction
    const auto coefficients = problem.solve();
    calls.clear(r);
    for (int n = 0; n < columns; ++n)
      calls.add(coefficients[static_cast<std::size_t>(n)], basis(n), r);
    calls.precondition(preconditioner, r, ready);
    calls.add(1, ready, x);
    calls.residual(a, b, x, r);
    const double left = calls.norm(r);
    if (!(left < start) && !(left <= result.target)) {
      result.residual = left;
      detail::fail("gmres", "no progress", result);
    }
    result.residual = left;
    done = left <= result.target || (done && left <= 2 * result.target);  // what rounding adds is no reason to go on
  }
  return result;
}

}  // namespace tarn::ops
