#include "tarn/ops/reduce/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/reduce/reduce_cells.hpp"
#include "tarn/ops/reduce/reproducible_sum.hpp"

namespace tarn::ops {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t nowhere = std::numeric_limits<std::int64_t>::max();

/// Infinite minus infinite and anything with NaN is NaN, which equals nothing.
template <class Real>
KOKKOS_FUNCTION bool is_finite(Real value) {
  return value - value == 0;
}

/// Numbers the cells of the domain, x fastest, from local indices.
struct CellNumber {
  explicit CellNumber(const Grid& grid) {
    for (int axis = 0; axis < 3; ++axis) {
      first[axis] = grid.offset(axis) - grid.ghosts(axis);
      cells[axis] = grid.domain().cells[axis];
    }
  }
  KOKKOS_FUNCTION std::int64_t operator()(int k, int j, int i) const {
    return ((first[2] + k) * cells[1] + first[1] + j) * cells[0] + first[0] + i;
  }
  std::array<std::int64_t, 3> place(std::int64_t number) const {
    return {number % cells[0], number / cells[0] % cells[1], number / cells[0] / cells[1]};
  }

  Kokkos::Array<std::int64_t, 3> first{};
  Kokkos::Array<std::int64_t, 3> cells{};
};

/// What the first pass finds. `+=` joins two: it takes the extremes and the earlier place, and adds the
/// counts.
struct Extremes {
  double minimum = infinity, maximum = -infinity;
  std::int64_t not_finite = 0;
  std::int64_t first = nowhere;

  KOKKOS_FUNCTION Extremes& operator+=(const Extremes& other) {
    join(*this, other);
    return *this;
  }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void operator+=(const volatile Extremes& other) volatile { join(*this, other); }

 private:
  template <class Into, class Other>
  KOKKOS_FUNCTION static void join(Into& into, const Other& other) {
    if (other.minimum < into.minimum) into.minimum = other.minimum;
    if (other.maximum > into.maximum) into.maximum = other.maximum;
    if (other.first < into.first) into.first = other.first;
    into.not_finite = into.not_finite + other.not_finite;
  }
};

/// What the second pass finds.
struct Sums {
  DigitSum values, squares;

  KOKKOS_FUNCTION Sums& operator+=(const Sums& other) {
    values += other.values;
    squares += other.squares;
    return *this;
  }
  KOKKOS_FUNCTION void operator+=(const volatile Sums& other) volatile {
    values += other.values;
    squares += other.squares;
  }
};

/// The earliest place; `+=` takes the earlier of two.
struct Earliest {
  std::int64_t first = nowhere;

  KOKKOS_FUNCTION Earliest& operator+=(const Earliest& other) {
    if (other.first < first) first = other.first;
    return *this;
  }
  KOKKOS_FUNCTION void operator+=(const volatile Earliest& other) volatile {
    if (other.first < first) first = other.first;
  }
};

template <class Real>
struct FindExtremes {
  Field<Real, 3> u;
  CellNumber number;

  KOKKOS_FUNCTION void operator()(int k, int j, int i, Extremes& found) const {
    const double value = u(k, j, i);
    if (is_finite(value)) {
      found.minimum = value < found.minimum ? value : found.minimum;
      found.maximum = value > found.maximum ? value : found.maximum;
    } else {
      ++found.not_finite;
      const std::int64_t here = number(k, j, i);
      if (here < found.first) found.first = here;
    }
  }
};

template <class Real>
struct AddUp {
  Field<Real, 3> u;
  SumUnits value_units, square_units;
  double to_unit;  ///< a power of two that brings every value into [-1, 1]

  KOKKOS_FUNCTION void operator()(int k, int j, int i, Sums& sums) const {
    const double value = u(k, j, i);
    const double scaled = value * to_unit;
    sums.values.add(value_units, value);
    sums.squares.add(square_units, scaled * scaled);
  }
};

template <class Real>
struct FindFirst {
  Field<Real, 3> u;
  CellNumber number;

  KOKKOS_FUNCTION void operator()(int k, int j, int i, Earliest& found) const {
    if (is_finite(u(k, j, i))) return;
    const std::int64_t here = number(k, j, i);
    if (here < found.first) found.first = here;
  }
};

template <class View>
void check_shape(const Grid& grid, const View& u) {
  for (int axis = 0; axis < 3; ++axis) {
    if (static_cast<int>(u.extent(2 - axis)) == grid.extent(axis)) continue;
    throw ShapeMismatch(
        fmt::format("statistics: the field is {} x {} x {} (z, y, x), the grid's fields are {} x {} x {}",
                    u.extent(0), u.extent(1), u.extent(2), grid.extent(2), grid.extent(1), grid.extent(0)));
  }
}

Statistics over_ranks(const Communicator& communicator, const CellNumber& number, const Extremes& found) {
  Statistics result;
  result.minimum = communicator.min(found.minimum);
  result.maximum = communicator.max(found.maximum);
  result.not_finite = communicator.sum(found.not_finite);
  if (result.minimum > result.maximum) result.minimum = result.maximum = not_a_number;
  // Which of -0 and +0 came first depends on the order; adding +0 makes both +0.
  result.minimum += 0.0;
  result.maximum += 0.0;
  if (result.not_finite > 0) result.first_not_finite = number.place(communicator.min(found.first));
  return result;
}

template <class Real>
void add_sums(const Space& space, const Communicator& communicator, const Grid& grid, const Field<Real, 3>& u,
              Statistics& result) {
  const std::int64_t terms = grid.domain().size();
  const SumUnits value_units(std::max(std::abs(result.minimum), std::abs(result.maximum)), terms);
  const SumUnits square_units(1.0, terms);
  const AddUp<Real> add_up{u, value_units, square_units, std::ldexp(1.0, -value_units.exponent)};
  const Sums block = reduce_cells<Sums>("tarn::ops::statistics_sums", space, grid.interior(), add_up);

  DigitSum sums[2] = {block.values, block.squares};
  add_over_ranks(communicator, sums, 2);
  result.sum = to_double(sums[0], value_units);
  result.sum_of_squares = to_double(sums[1], square_units, 2 * value_units.exponent);
}

}  // namespace

}  // namespace tarn::ops

namespace Kokkos {
template <>
struct reduction_identity<tarn::ops::Extremes> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::Extremes sum() { return {}; }
};
template <>
struct reduction_identity<tarn::ops::Sums> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::Sums sum() { return {}; }
};
template <>
struct reduction_identity<tarn::ops::Earliest> {
  KOKKOS_FORCEINLINE_FUNCTION static tarn::ops::Earliest sum() { return {}; }
};
}  // namespace Kokkos

namespace tarn::ops {

template <class Real>
Statistics statistics(const Space& space, const Communicator& communicator, const Grid& grid,
                      const Field<Real, 3>& u) {
  check_shape(grid, u);
  const CellNumber number(grid);
  const auto found = reduce_cells<Extremes>("tarn::ops::statistics_extremes", space, grid.interior(),
                                            FindExtremes<Real>{u, number});
  Statistics result = over_ranks(communicator, number, found);
  if (result.not_finite > 0) {
    result.sum = result.sum_of_squares = not_a_number;
  } else {
    add_sums<Real>(space, communicator, grid, u, result);
  }
  return result;
}

template <class Real>
std::optional<std::array<std::int64_t, 3>> first_not_finite(const Space& space,
                                                            const Communicator& communicator,
                                                            const Grid& grid, const Field<Real, 3>& u) {
  check_shape(grid, u);
  const CellNumber number(grid);
  const auto found = reduce_cells<Earliest>("tarn::ops::first_not_finite", space, grid.interior(),
                                            FindFirst<Real>{u, number});
  const std::int64_t first = communicator.min(found.first);
  if (first == nowhere) return std::nullopt;
  return number.place(first);
}

#define TARN_INSTANTIATE(Real)                                                         \
  template Statistics statistics<Real>(const Space&, const Communicator&, const Grid&, \
                                       const Field<Real, 3>&);                         \
  template std::optional<std::array<std::int64_t, 3>> first_not_finite<Real>(          \
      const Space&, const Communicator&, const Grid&, const Field<Real, 3>&)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops
