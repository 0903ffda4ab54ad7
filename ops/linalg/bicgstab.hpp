#pragma once

#include "tarn/ops/linalg/krylov.hpp"

namespace tarn::ops {

/// Solves A x = b for any A by stabilised biconjugate gradients, preconditioned from the right. H. A. van der Vorst,
/// SIAM J. Sci. Stat. Comput. 13 (1992) 631; Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd ed. (2003),
/// algorithm 7.7.
/// @param work   vectors 0 to 6; vector 0 holds the residual on return
/// @throws as cg; NotConverged too where the method breaks down, a product that it divides by being 0
template <class Vectors, class Operator, class Preconditioner>
requires LinearOperator<Operator, typename Vectors::Vector> KrylovResult
bicgstab(const Space& space, const Vectors& vectors, Operator&& a, Preconditioner&& preconditioner,
         const typename Vectors::Vector& x, const typename Vectors::Vector& b, const KrylovOptions& options,
         Workspace<Vectors>& work) {
  vectors.require_extents("bicgstab", x);
  vectors.require_extents("bicgstab", b);
  detail::require_apart<typename Vectors::Real>("bicgstab", Vectors::as_cells(b), Vectors::as_cells(x));
  const detail::VectorCalls<Vectors> calls{space, vectors};
  const auto r = work.get(vectors, 0), shadow = work.get(vectors, 1), p = work.get(vectors, 2),
             v = work.get(vectors, 3), t = work.get(vectors, 4), ready = work.get(vectors, 5),
             second = work.get(vectors, 6);
  KrylovResult result;
  if (options.zero_start) calls.clear(x);
  calls.residual(a, b, x, r);
  result.target = detail::target_for(calls, b, options);
  calls.copy(r, shadow);
  double rho = 1, alpha = 1, omega = 1;
  bool first = true;
  while (!detail::reached(result, calls.norm(r))) {
    if (!std::isfinite(result.residual)) detail::fail("bicgstab", "a residual that is not finite", result);
    if (result.iterations == options.max_iterations) detail::fail("bicgstab", "no convergence", result);
    const double next = calls.dot(shadow, r);
    if (next == 0 || omega == 0) detail::fail("bicgstab", "breakdown", result);
    if (first) {
      calls.copy(r, p);
    } else {
      calls.add(-omega, v, p);
      calls.combine(1, r, next / rho * (alpha / omega), p);  // p = r + beta (p - omega v)
    }
    first = false;
    rho = next;
    calls.precondition(preconditioner, p, ready);
    a.apply(space, ready, v);
    const double along = calls.dot(shadow, v);
    if (along == 0) detail::fail("bicgstab", "breakdown", result);
    alpha = rho / along;
    calls.advance(alpha, ready, x, v, r);  // r is now what the literature calls s
    calls.precondition(preconditioner, r, second);
    a.apply(space, second, t);
    const auto [t_r, t_t] = calls.dots(t, r, t);
    omega = t_t == 0 ? 0 : t_r / t_t;  // s = 0: solved
    calls.advance(omega, second, x, t, r);
    ++result.iterations;
  }
  return result;
}

}  // namespace tarn::ops
