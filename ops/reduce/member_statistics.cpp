#include "tarn/ops/reduce/member_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/reduce/reproducible_sum.hpp"
#include "tarn/ops/reduce/statistics_kernels.hpp"
#include "tarn/ops/reduce/sum_cells.hpp"

namespace tarn::ops {

namespace {

using MemberTeams = Kokkos::TeamPolicy<Space>;
using MemberTeam = MemberTeams::member_type;

/// The cells of the members: number n of member m, x fastest.
template <class Real>
struct MemberCells {
  Field<const Real, 3> u;
  CellRange range;  ///< of all members
  int dimensions;   ///< of a member

  KOKKOS_FUNCTION int count() const { return range.extent(0) * (dimensions == 2 ? range.extent(1) : 1); }
  KOKKOS_FUNCTION double operator()(int m, int n) const {
    const int row = n / range.extent(0), i = range.begin[0] + n % range.extent(0);
    return dimensions == 2 ? u(m, range.begin[1] + row, i) : u(0, m, i);
  }
};

/// The first pass: a team for each member.
template <class Real>
struct MemberExtremes {
  MemberCells<Real> cells;
  Field<detail::Extremes, 1> found;

  KOKKOS_FUNCTION void operator()(const MemberTeam& team) const {
    const int member = team.league_rank();
    const MemberCells<Real> of_all = cells;
    detail::Extremes of_member;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, of_all.count()),
        [&](const int n, detail::Extremes& extremes) {
          const double value = of_all(member, n);
          if (detail::is_finite(value)) {
            extremes.minimum = value < extremes.minimum ? value : extremes.minimum;
            extremes.maximum = value > extremes.maximum ? value : extremes.maximum;
          } else {
            ++extremes.not_finite;
            if (n < extremes.first) extremes.first = n;
          }
        },
        Kokkos::Sum<detail::Extremes>(of_member));
    if (team.team_rank() == 0) found(member) = of_member;
  }
};

/// The second pass: values and their squares, which are scaled by the member's own power of two. Some cells at once: on
/// a GPU far from each other, so that neighbouring threads have neighbouring cells.
template <class Real>
struct MemberSums {
  static constexpr bool on_gpu = tarn::detail::space_is_gpu;
  static constexpr int at_once = on_gpu ? 4 : 256;

  MemberCells<Real> cells;
  SumBins bins;
  Field<const double, 1> to_unit;
  Field<BinnedSums<2>, 1> found;

  KOKKOS_FUNCTION void operator()(const MemberTeam& team) const {
    const int member = team.league_rank(), count = cells.count(), pieces = (count + at_once - 1) / at_once;
    const MemberCells<Real> of_all = cells;
    const SumBins own = bins;
    const double scale = to_unit(member);
    BinnedSums<2> of_member;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, pieces),
        [&](const int piece, BinnedSums<2>& sums) {
          double value[at_once], square[at_once];
          for (int n = 0; n < at_once; ++n) {
            const int cell = on_gpu ? piece + n * pieces : piece * at_once + n;
            value[n] = cell < count ? of_all(member, cell) : 0;
            square[n] = (value[n] * scale) * (value[n] * scale);
          }
          add(own, value, sums.sum[0]);
          add(own, square, sums.sum[1]);
        },
        Kokkos::Sum<BinnedSums<2>>(of_member));
    if (team.team_rank() == 0) found(member) = of_member;
  }

  KOKKOS_FUNCTION static void add(const SumBins& own, double (&terms)[at_once], BinnedSum& sum) {
    if constexpr (on_gpu) {
      detail::add_terms(own, detail::double_mantissa, terms, sum);
    } else {
      detail::add_terms(own, detail::double_mantissa, terms, at_once, sum);
    }
  }
};

/// What statistics() makes of the first pass.
Statistics without_sums(const detail::Extremes& found, int columns) {
  Statistics result;
  result.minimum = found.minimum;
  result.maximum = found.maximum;
  result.not_finite = found.not_finite;
  if (result.minimum > result.maximum) {
    result.minimum = result.maximum = std::numeric_limits<double>::quiet_NaN();
  }
  result.minimum += 0.0;
  result.maximum += 0.0;
  if (result.not_finite > 0) result.first_not_finite = {found.first % columns, found.first / columns, 0};
  return result;
}

template <class T>
HostField<T, 1> download_members(const Space& space, const Field<T, 1>& values) {
  const HostField<T, 1> host("tarn::ops::member_statistics", values.extent(0));
  download(space, host, values, "tarn::ops::member_statistics");
  return host;
}

}  // namespace

template <class Real>
std::vector<Statistics> statistics_of_members(const Space& space, const Grid& grid, const Field<Real, 3>& u) {
  grid.require_extents("statistics of members", u.extent(0), u.extent(1), u.extent(2));
  require(grid.dimensions() < 3, "statistics of members: the grid has no axis left for them");
  const MemberCells<Real> cells{u, grid.interior(), grid.dimensions()};
  const auto count = static_cast<std::size_t>(grid.cells(grid.dimensions()));
  const MemberTeams teams(space, static_cast<int>(count), Kokkos::AUTO);
  const Field<detail::Extremes, 1> extremes("tarn::ops::member_extremes", count);
  Kokkos::parallel_for("tarn::ops::member_extremes", teams, MemberExtremes<Real>{cells, extremes});
  const auto found = download_members<detail::Extremes>(space, extremes);

  std::vector<Statistics> all;
  const HostField<double, 1> scales("tarn::ops::member_scales", count);
  std::vector<int> exponents(count, 0);
  for (std::size_t n = 0; n < count; ++n) {
    all.push_back(without_sums(found(n), grid.cells(0)));
    std::frexp(std::max(std::abs(all[n].minimum), std::abs(all[n].maximum)), &exponents[n]);
    exponents[n] = std::max(exponents[n], -1000);  // 2^-exponent has to be finite; smaller values need less
    scales(n) = all[n].not_finite > 0 ? 0 : std::ldexp(1.0, -exponents[n]);
  }
  const Field<double, 1> to_unit("tarn::ops::member_scales", count);
  upload(space, to_unit, scales, "tarn::ops::member_scales");
  const SumBins bins(cells.count());
  const Field<BinnedSums<2>, 1> sums("tarn::ops::member_sums", count);
  Kokkos::parallel_for("tarn::ops::member_sums", teams, MemberSums<Real>{cells, bins, to_unit, sums});
  const auto added = download_members<BinnedSums<2>>(space, sums);
  for (std::size_t n = 0; n < count; ++n) {
    const bool finite = all[n].not_finite == 0;
    all[n].sum = finite ? to_number<double>(added(n).sum[0], bins) : std::numeric_limits<double>::quiet_NaN();
    all[n].sum_of_squares =
        finite ? to_number<double>(added(n).sum[1], bins, 2 * exponents[n]) : std::numeric_limits<double>::quiet_NaN();
  }
  return all;
}

template std::vector<Statistics> statistics_of_members<float>(const Space&, const Grid&, const Field<float, 3>&);
template std::vector<Statistics> statistics_of_members<double>(const Space&, const Grid&, const Field<double, 3>&);

}  // namespace tarn::ops
