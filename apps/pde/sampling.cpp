// Looks at some cells of a running simulation.
#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/extremes.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn::apps::pde {

namespace {

/// Every so manieth row along y and z, counted in the domain: about one cell in sixteen, and some thousands at least.
struct SampledRows {
  SampledRows(const Grid& grid, bool every) {
    const Domain& domain = grid.domain();
    constexpr std::int64_t least = 4096;
    for (int n = 0; !every && n < 2 && domain.size() > least * std::int64_t{stride[0]} * stride[1]; ++n) {
      if (domain.dimensions > 1) stride[0] = domain.dimensions == 2 ? 16 : 4;
      if (domain.dimensions > 2) stride[1] = 4;
    }
    for (int axis = 1; axis < 3; ++axis) {
      for (int n = 0; n < grid.cells(axis); ++n) {
        const int place = n + grid.offset(axis), by = stride[axis - 1];
        if (place % by == std::min(by, domain.cells[static_cast<std::size_t>(axis)]) / 2)
          local[axis - 1].push_back(n + grid.ghosts(axis));
      }
    }
  }

  int stride[2] = {1, 1};
  std::vector<int> local[2];  ///< along y and z, ghosts counted
};

}  // namespace

template <class Real>
std::vector<std::vector<double>> Evaluator<Real>::extreme_cells(std::size_t set, const Fields<Real>& now, bool every) {
  const Grid& grid = context_.grid;
  Compiled<Real>& compiled = *sets_[set].program;
  compiled.set_numbers(system_, domain_);
  const std::size_t quantities = compiled.program().results.size();
  Extremes extremes(quantities);
  const SampledRows rows(grid, every);
  const int columns = grid.cells(0);
  const Fields<Real> row("tarn::pde::sampled_row", quantities, 1, 1, static_cast<std::size_t>(columns));
  const auto host = Kokkos::create_mirror_view(row);
  std::vector<const Real*> values(quantities);
  for (std::size_t n = 0; n < quantities; ++n)
    values[n] = &host(n, 0, 0, 0);
  for (const int k : rows.local[1]) {
    for (const int j : rows.local[0]) {
      compiled.store_row(context_.patch.space(), k, j, grid.ghosts(0), arrays(now), row);
      download(context_.patch.space(), host, row, "tarn::pde::sampled_row");
      const std::int64_t first = (std::int64_t{k - grid.ghosts(2) + grid.offset(2)} * grid.domain().cells[1] + j -
                                  grid.ghosts(1) + grid.offset(1)) *
                                     grid.domain().cells[0] +
                                 grid.offset(0);
      extremes.look(first, columns, values);
    }
  }
  return extremes.of_all(context_.patch.ranks());
}

template std::vector<std::vector<double>> Evaluator<float>::extreme_cells(std::size_t, const Fields<float>&, bool);
template std::vector<std::vector<double>> Evaluator<double>::extreme_cells(std::size_t, const Fields<double>&, bool);

}  // namespace tarn::apps::pde
