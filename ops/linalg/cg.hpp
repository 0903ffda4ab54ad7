#pragma once

#include <algorithm>
#include <bit>

#include "tarn/ops/linalg/krylov.hpp"

namespace tarn::ops {

/// Solves A x = b by preconditioned conjugate gradients, for a symmetric positive definite A and preconditioner.
/// M. R. Hestenes and E. Stiefel, J. Res. Nat. Bur. Standards 49 (1952) 409; Y. Saad, Iterative Methods for Sparse
/// Linear Systems, 2nd ed. (2003), algorithm 9.1.
///
/// Collective where the vectors are. The same bits for any number of ranks and on any device if the operator's and
/// the preconditioner's are.
/// @param space  instance the work runs on; fenced at every product of two vectors
/// @param work   vectors 0 to 3; vector 0 holds the residual b - A x on return, as the iteration carries it along
/// @param x      the start, and the solution
/// @throws ShapeMismatch if a vector does not fit, Error if x shares memory with b, NotConverged after max_iterations,
/// or where A or the preconditioner
///         turns out not to be positive definite, or a number is not finite; x is then the last iterate
template <class Vectors, class Operator, class Preconditioner>
requires LinearOperator<Operator, typename Vectors::Vector> KrylovResult
cg(const Space& space, const Vectors& vectors, Operator&& a, Preconditioner&& preconditioner,
   const typename Vectors::Vector& x, const typename Vectors::Vector& b, const KrylovOptions& options,
   Workspace<Vectors>& work) {
  constexpr bool plain = std::same_as<std::remove_cvref_t<Preconditioner>, NoPreconditioner>;
  vectors.require_extents("cg", x);
  vectors.require_extents("cg", b);
  detail::require_apart<typename Vectors::Real>("cg", Vectors::as_cells(b), Vectors::as_cells(x));
  const detail::VectorCalls<Vectors> calls{space, vectors};
  const auto r = work.get(vectors, 0), p = work.get(vectors, 1), q = work.get(vectors, 2);
  const auto z = plain ? r : work.get(vectors, 3);
  KrylovResult result;
  if (options.zero_start) {
    calls.clear(x);
    calls.copy(b, r);
  } else {
    calls.residual(a, b, x, r);
  }
  const bool by_solution = options.of_solution > 0;
  result.target = by_solution ? options.absolute : detail::target_for(calls, b, options);
  // From a start of 0, |x| only grows (T. Steihaug, SIAM J. Numer. Anal. 20 (1983) 626): an older one is on the safe
  // side, and a look at iterations 1, 2, 4, 8 and so on is enough.
  const auto follow_solution = [&] {
    if (by_solution && std::has_single_bit(static_cast<unsigned>(result.iterations)))
      result.target = std::max(options.absolute, options.of_solution * calls.norm(x));
  };

  // The products r.r, for the residual, and r.z, for the direction, are made in one reading.
  const auto products = [&] {
    if constexpr (plain) {
      const double square = calls.dot(r, r);
      return std::array<double, 2>{square, square};
    } else {
      calls.precondition(preconditioner, r, z);
      return calls.dots(r, r, z);
    }
  };
  const auto first = products();
  double square = first[0], along = first[1];
  double last = 0;
  while (!detail::reached(result, std::sqrt(square))) {
    if (!std::isfinite(square)) detail::fail("cg", "a residual that is not finite", result);
    if (result.iterations == options.max_iterations) detail::fail("cg", "no convergence", result);
    if (!(along > 0)) detail::fail("cg", "a preconditioner that is not positive definite", result);
    calls.combine(1, z, last == 0 ? 0 : along / last, p);
    a.apply(space, p, q);
    const double curvature = calls.dot(p, q);
    if (!(curvature > 0)) detail::fail("cg", "an operator that is not positive definite", result);
    calls.advance(along / curvature, p, x, q, r);
    last = along;
    const auto next = products();
    square = next[0];
    along = next[1];
    ++result.iterations;
    follow_solution();
  }
  return result;
}

/// The same without a preconditioner or vectors to work with.
template <class Vectors, class Operator>
requires LinearOperator<Operator, typename Vectors::Vector> KrylovResult cg(const Space& space, const Vectors& vectors,
                                                                            Operator&& a,
                                                                            const typename Vectors::Vector& x,
                                                                            const typename Vectors::Vector& b,
                                                                            const KrylovOptions& options = {}) {
  Workspace<Vectors> work;
  return cg(space, vectors, a, NoPreconditioner{}, x, b, options, work);
}

}  // namespace tarn::ops
