#include "tarn/ops/reduce/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/reduce/reduce_cells.hpp"
#include "tarn/ops/reduce/reproducible_sum.hpp"
#include "tarn/ops/reduce/statistics_kernels.hpp"
#include "tarn/ops/reduce/sum_cells.hpp"

namespace tarn::ops {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Statistics over_ranks(const Communicator& communicator, const detail::CellNumber& number,
                      const detail::Extremes& found) {
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
  const SumBins bins(grid.domain().size());
  int exponent = 0;
  std::frexp(std::max(std::abs(result.minimum), std::abs(result.maximum)), &exponent);
  exponent = std::max(exponent, -1000);  // 2^-exponent has to be finite; smaller values need less
  const detail::ValueAndSquare<Real> terms{u, std::ldexp(1.0, -exponent)};
  auto sums = sum_cells<2>("tarn::ops::statistics_sums", space, grid.interior(), bins, terms);

  add_over_ranks(communicator, sums.sum, 2);
  result.sum = to_number<double>(sums.sum[0], bins);
  result.sum_of_squares = to_number<double>(sums.sum[1], bins, 2 * exponent);
}

}  // namespace

template <class Real>
Statistics statistics(const Space& space, const Communicator& communicator, const Grid& grid, const Field<Real, 3>& u) {
  grid.require_extents("statistics", u.extent(0), u.extent(1), u.extent(2));
  const detail::CellNumber number(grid);
  const auto found = reduce_cells<detail::Extremes>("tarn::ops::statistics_extremes", space, grid.interior(),
                                                    detail::FindExtremes<Real>{u, number});
  Statistics result = over_ranks(communicator, number, found);
  if (result.not_finite > 0) {
    result.sum = result.sum_of_squares = not_a_number;
  } else {
    add_sums<Real>(space, communicator, grid, u, result);
  }
  return result;
}

template <class Real>
std::optional<std::array<std::int64_t, 3>> first_not_finite(const Space& space, const Communicator& communicator,
                                                            const Grid& grid, const Field<Real, 3>& u) {
  grid.require_extents("statistics", u.extent(0), u.extent(1), u.extent(2));
  const auto bad = reduce_cells<std::int64_t>("tarn::ops::count_not_finite", space, grid.interior(),
                                              detail::CountNotFinite<Real>{u});
  if (communicator.sum(bad) == 0) return std::nullopt;
  const detail::CellNumber number(grid);
  const auto found = reduce_cells<detail::Earliest>("tarn::ops::first_not_finite", space, grid.interior(),
                                                    detail::FindFirst<Real>{u, number});
  return number.place(communicator.min(found.first));
}

#define TARN_INSTANTIATE(Real)                                                                                  \
  template Statistics statistics<Real>(const Space&, const Communicator&, const Grid&, const Field<Real, 3>&);  \
  template std::optional<std::array<std::int64_t, 3>> first_not_finite<Real>(const Space&, const Communicator&, \
                                                                             const Grid&, const Field<Real, 3>&)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops
