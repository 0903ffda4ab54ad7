#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <string>
#include <vector>

#include "tarn/core/grid/copy_fields.hpp"
#include "tarn/ops/linalg/vectors.hpp"

// What the Krylov methods share: the words in which they are called, and preconditioners that need no geometry.

namespace tarn::ops {

/// Anything that takes a vector to a vector: y = A x. It may write the ghosts of x, and nothing else of it.
template <class Operator, class Vector>
concept LinearOperator = requires(Operator& a, const Space& space, const Vector& x, const Vector& y) {
  a.apply(space, x, y);
};

/// When an iteration ends.
struct KrylovOptions {
  double tolerance = 1e-8;    ///< share of |b| that the residual |b - A x| has to come below
  double absolute = 0;        ///< or this, whichever is larger
  int max_iterations = 1000;  ///< applications of the operator, but for bicgstab, which makes two in an iteration
  int restart = 30;           ///< of gmres: directions that are kept
  double of_solution = 0;     ///< of cg, if not 0: this share of |x| counts instead of tolerance's share of |b|
  bool zero_start = false;    ///< x is taken to be 0, whatever it holds
};

/// What a solution took. The norms are 2-norms over all ranks.
struct KrylovResult {
  int iterations = 0;           ///< done
  double residual = 0;          ///< as the method carries it along, |b - A x|
  double target = 0;            ///< that it had to come below
  std::vector<double> history;  ///< the residual at the start and after every iteration
};

/// Leaves vectors as they are.
struct NoPreconditioner {};

/// Divides by the operator's diagonal (Jacobi).
template <class Vectors>
class DiagonalPreconditioner {
 public:
  using Vector = typename Vectors::Vector;  ///< that it acts on

  /// @param inverse  1 over the diagonal, element by element
  DiagonalPreconditioner(const Vectors& vectors, const Vector& inverse) : vectors_(vectors), inverse_(inverse) {}
  /// z = r / diagonal; enqueued
  void apply(const Space& space, const Vector& r, const Vector& z) const {
    detail::multiply_elements<typename Vectors::Real>(space, vectors_.cells(), Vectors::as_cells(inverse_),
                                                      Vectors::as_cells(r), Vectors::as_cells(z));
  }

 private:
  Vectors vectors_;
  Vector inverse_;
};

namespace detail {

/// The vector operations of vectors.hpp in the types of one kind of vectors.
template <class Vectors>
struct VectorCalls {
  using Real = typename Vectors::Real;
  using Vector = typename Vectors::Vector;
  const Space& space;
  const Vectors& vectors;

  double dot(const Vector& x, const Vector& y) const {
    return detail::dot<Real>(space, vectors.cells(), Vectors::as_cells(x), Vectors::as_cells(y));
  }
  std::array<double, 2> dots(const Vector& x, const Vector& y, const Vector& z) const {
    return detail::dots<Real>(space, vectors.cells(), Vectors::as_cells(x), Vectors::as_cells(y), Vectors::as_cells(z));
  }
  double norm(const Vector& x) const { return std::sqrt(dot(x, x)); }
  /// y = a x + b y
  void combine(double a, const Vector& x, double b, const Vector& y) const {
    detail::combine<Real>(space, vectors.cells(), a, Vectors::as_cells(x), b, Vectors::as_cells(y));
  }
  void add(double a, const Vector& x, const Vector& y) const { combine(a, x, 1, y); }
  void copy(const Vector& x, const Vector& y) const { combine(1, x, 0, y); }
  void clear(const Vector& x) const { fill_field<Real>(space, Vectors::as_cells(x), 0); }
  /// x += a p, r -= a q
  void advance(double a, const Vector& p, const Vector& x, const Vector& q, const Vector& r) const {
    detail::advance<Real>(space, vectors.cells(), a, Vectors::as_cells(p), Vectors::as_cells(x), Vectors::as_cells(q),
                          Vectors::as_cells(r));
  }
  /// r = b - A x
  template <class Operator>
  void residual(Operator& a, const Vector& b, const Vector& x, const Vector& r) const {
    a.apply(space, x, r);
    combine(1, b, -1, r);
  }
  /// z = M^-1 r; without a preconditioner z is r itself, and this is not called.
  template <class Preconditioner>
  void precondition(Preconditioner& m, const Vector& r, const Vector& z) const {
    if constexpr (std::same_as<std::remove_const_t<Preconditioner>, NoPreconditioner>) {
      copy(r, z);
    } else {
      m.apply(space, r, z);
    }
  }
};

/// @throws NotConverged with the figures of `result`
[[noreturn]] void fail(const char* method, const std::string& why, const KrylovResult& result);

/// Notes a residual. @returns whether it is small enough
bool reached(KrylovResult& result, double residual);

/// What the residual has to come below.
template <class Calls, class Vector>
double target_for(const Calls& calls, const Vector& b, const KrylovOptions& options) {
  return std::max(options.absolute, options.tolerance * calls.norm(b));
}

}  // namespace detail

}  // namespace tarn::ops
