#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tarn/core/memory/large_pages.hpp"
#include "tarn/core/parallel/decomposition.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// Several fields of one grid in one allocation, indexed (field, k, j, i).
template <class Real>
using Fields = Field<Real, 4>;

/// One of several fields, without a copy. It lives as long as `fields` does.
template <class View>
Field<typename View::value_type, 3> one_of(const View& fields, int n) {
  return Kokkos::subview(fields, n, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL);
}

/// A single field as the only one of several. It does not keep the field alive.
template <class View>
Fields<typename View::value_type> as_fields(const View& field) {
  return Fields<typename View::value_type>(field.data(), 1, field.extent(0), field.extent(1), field.extent(2));
}

namespace detail {
/// @throws ShapeMismatch unless there are so many fields
void require_count(const char* who, std::size_t fields, int wanted);
}  // namespace detail

/// A box of cells of a local array, half open. Axes are x, y, z; the indices count ghost layers.
struct CellRange {
  Kokkos::Array<int, 3> begin{};  ///< the first cell along x, y, z
  Kokkos::Array<int, 3> end{};    ///< one beyond the last

  KOKKOS_FUNCTION int extent(int axis) const { return end[axis] - begin[axis]; }  ///< cells along an axis
  /// whether there is no cell in it
  KOKKOS_FUNCTION bool empty() const { return extent(0) <= 0 || extent(1) <= 0 || extent(2) <= 0; }
  /// Cells in the box.
  KOKKOS_FUNCTION std::int64_t size() const {
    return empty() ? 0 : std::int64_t{1} * extent(0) * extent(1) * extent(2);
  }
};

/// The cells of a box that are not in another one, which lies in it, as at most six boxes that do not overlap. The
/// slowest axis goes first and takes whole planes, so that the boxes have long rows.
std::vector<CellRange> cells_around(const CellRange& inside, CellRange box);

/// The whole domain: axes x, y, z; an axis beyond `dimensions` has one cell.
struct Domain {
  int dimensions = 1;                              ///< 1, 2 or 3
  std::array<int, 3> cells{1, 1, 1};               ///< all ranks together, >= 1
  std::array<double, 3> lower{0, 0, 0};            ///< [length]
  std::array<double, 3> upper{1, 1, 1};            ///< [length], > lower
  std::array<bool, 3> periodic{true, true, true};  ///< of each axis, both ends

  /// of cells along an axis [length]
  double spacing(int axis) const { return (upper[axis] - lower[axis]) / cells[axis]; }
  std::int64_t size() const { return std::int64_t{1} * cells[0] * cells[1] * cells[2]; }  ///< cells in all
};

/// A uniform Cartesian grid and the block of it that this rank holds, with ghost layers around the block.
///
/// A field on it is a Field<Real, 3> indexed (k, j, i), ghosts included: cell (0, 0, 0) of the block stands at
/// (ghosts(2), ghosts(1), ghosts(0)). Only axes of the grid's dimensions have ghosts.
class Grid {
 public:
  /// @param ghosts  ghost layers on every side of every used axis, >= 0
  /// @throws UsageError if a block has fewer cells along an axis than there are ghost layers
  Grid(const Domain& domain, const Decomposition& decomposition, int ghosts);

  const Domain& domain() const { return domain_; }                       ///< the whole, of all ranks
  const Decomposition& decomposition() const { return decomposition_; }  ///< who holds which part
  int dimensions() const { return domain_.dimensions; }                  ///< 1 to 3
  double spacing(int axis) const { return domain_.spacing(axis); }       ///< of cells along an axis [length]

  /// Cells of this rank's block along an axis, without ghosts.
  int cells(int axis) const { return decomposition_.cells(axis); }
  /// The block's first cell in the domain.
  int offset(int axis) const { return decomposition_.offset(axis); }
  /// layers at each end; none along an axis that the grid lacks
  int ghosts(int axis) const { return axis < domain_.dimensions ? ghosts_ : 0; }
  /// Extent of a field along an axis, ghosts included.
  int extent(int axis) const { return cells(axis) + 2 * ghosts(axis); }

  /// The block's own cells.
  CellRange interior() const;
  /// The block's own cells and all ghosts.
  CellRange whole() const;

  /// A field of zeros with ghosts. Its rows may be longer than extent(0): what is beyond belongs to no cell. On a host
  /// it lies in large pages where the system grants them.
  template <class Real>
  Field<Real, 3> make_field(const std::string& label) const {
    return detail::zeros<Field<Real, 3>>(label, extent(2), extent(1), row_length(sizeof(Real)));
  }

  /// So many fields of zeros in one allocation, indexed (field, k, j, i).
  template <class Real>
  Fields<Real> make_fields(const std::string& label, int count) const {
    return detail::zeros<Fields<Real>>(label, count, extent(2), extent(1), row_length(sizeof(Real)));
  }

  /// Extent along x of the fields that make_field() makes. On a host rows get a few cells more where up to four of them
  /// are about a multiple of 4096 bytes: a processor tells addresses apart by their low 12 bits first, so a load from
  /// one row would wait for the stores to the row beside it. On a GPU rows are whole lines of its memory, 128 bytes.
  int row_length(std::size_t element_bytes) const;

  /// @param who  begins the message
  /// @throws ShapeMismatch unless a field has extents (z, y, x) as make_field() makes them, or longer rows
  void require_extents(const char* who, std::size_t z, std::size_t y, std::size_t x) const;

 private:
  Domain domain_;
  Decomposition decomposition_;
  int ghosts_;
};

/// Cell centres of a grid, for kernels. The position depends on the cell's place in the domain alone, so it has
/// the same bits on every decomposition.
struct CellCenters {
  explicit CellCenters(const Grid& grid);  ///< those of a rank's own cells

  /// Coordinate of the centre of local index `n` (ghosts counted) along an axis [length].
  KOKKOS_FUNCTION double operator()(int axis, int n) const {
    return lower[axis] + (n + first[axis] + 0.5) * spacing[axis];
  }

  /// The same, for a ghost beyond the end of a periodic axis that of the cell it stands for.
  KOKKOS_FUNCTION double wrapped(int axis, int n) const {
    const int place = n + first[axis];
    return (*this)(axis, place < 0 ? n + period[axis] : place >= cells[axis] ? n - period[axis] : n);
  }

  Kokkos::Array<double, 3> lower{};    ///< the domain's lower ends [length]
  Kokkos::Array<double, 3> spacing{};  ///< [length]
  Kokkos::Array<int, 3> first{};       ///< place in the domain of local index 0
  Kokkos::Array<int, 3> cells{};       ///< of the domain
  Kokkos::Array<int, 3> period{};      ///< cells of the domain along a periodic axis, else 0
};

}  // namespace tarn
