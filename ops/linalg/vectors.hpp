#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tarn/core/grid/patch.hpp"

// What iterative methods do with vectors: products of two, and sums of multiples. Products have the same bits for any
// number of ranks and on any device (see reduce/reproducible_sum.hpp), so whole iterations have.

namespace tarn::ops {

/// The cells that hold the numbers of a vector, on this rank, and how many there are on all.
struct VectorCells {
  CellRange range;                             ///< the cells that count
  std::int64_t terms = 0;                      ///< numbers of all ranks
  const Communicator* communicator = nullptr;  ///< null: this process has them all
};

namespace detail {

/// @throws Error if a target shares memory with what it is made of
template <class Real>
void require_apart(const char* who, const Field<const Real, 3>& source, const Field<const Real, 3>& target);

/// x . y and x . z, in one reading; NaN where a product is not finite. Collective.
/// @param space  instance the pass runs on; fenced
template <class Real>
std::array<double, 2> dots(const Space& space, const VectorCells& cells, const Field<const Real, 3>& x,
                           const Field<const Real, 3>& y, const Field<const Real, 3>& z);
/// x . y; collective.
template <class Real>
double dot(const Space& space, const VectorCells& cells, const Field<const Real, 3>& x, const Field<const Real, 3>& y);
/// y = a x + b y; y is not read where b is 0. Enqueued, no fence, as are those below.
template <class Real>
void combine(const Space& space, const VectorCells& cells, double a, const Field<const Real, 3>& x, double b,
             const Field<Real, 3>& y);
/// x += a p and r -= a q, in one pass.
template <class Real>
void advance(const Space& space, const VectorCells& cells, double a, const Field<const Real, 3>& p,
             const Field<Real, 3>& x, const Field<const Real, 3>& q, const Field<Real, 3>& r);
/// z = x y, element by element.
template <class Real>
void multiply_elements(const Space& space, const VectorCells& cells, const Field<const Real, 3>& x,
                       const Field<const Real, 3>& y, const Field<Real, 3>& z);

}  // namespace detail

/// Fields over a grid that is cut into blocks, one per rank. Ghosts are no part of a vector; what stands there is
/// overwritten by operators that need them.
template <class Real_>
class GridVectors {
 public:
  using Real = Real_;             ///< of the elements
  using Vector = Field<Real, 3>;  ///< with ghosts

  /// @param patch  must outlive this
  explicit GridVectors(const Patch& patch)
      : grid_(patch.grid()), cells_{grid_.interior(), grid_.domain().size(), &patch.ranks()} {}

  Vector make(const std::string& label) const { return grid_.template make_field<Real>(label); }  ///< zeros
  const VectorCells& cells() const { return cells_; }                                             ///< the interior
  static const Vector& as_cells(const Vector& vector) { return vector; }                          ///< itself
  /// @throws ShapeMismatch unless `vector` has the grid's extents
  void require_extents(const char* who, const Vector& vector) const {
    grid_.require_extents(who, vector.extent(0), vector.extent(1), vector.extent(2));
  }

 private:
  Grid grid_;
  VectorCells cells_;
};

/// Vectors of `size` numbers that this process has to itself.
template <class Real_>
class PlainVectors {
 public:
  using Real = Real_;             ///< of the elements
  using Vector = Field<Real, 1>;  ///< of one rank alone

  /// @throws Error if size is negative or beyond 2^31 - 1
  explicit PlainVectors(std::int64_t size);

  /// zeros
  Vector make(const std::string& label) const { return Vector(label, static_cast<std::size_t>(cells_.terms)); }
  const VectorCells& cells() const { return cells_; }  ///< all of them
  /// The same memory as one row of cells.
  static Field<Real, 3> as_cells(const Vector& vector) { return Field<Real, 3>(vector.data(), 1, 1, vector.extent(0)); }
  /// @throws ShapeMismatch unless `vector` has the size
  void require_extents(const char* who, const Vector& vector) const;

 private:
  VectorCells cells_;
};

/// Vectors that a method needs beside its arguments, kept from one solution to the next.
template <class Vectors>
class Workspace {
 public:
  using Vector = typename Vectors::Vector;  ///< of the space

  /// Vector number n, made when it is first asked for; it holds what was left in it.
  const Vector& get(const Vectors& vectors, std::size_t n) {
    while (kept_.size() <= n)
      kept_.push_back(vectors.make("tarn::ops::krylov_vector"));
    return kept_[n];
  }

 private:
  std::vector<Vector> kept_;
};

}  // namespace tarn::ops
