#include "tarn/apps/pde/host_stages.hpp"

#include <algorithm>
#include <utility>

#include "tarn/apps/pde/arrange.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

namespace {

/// Some rows of a plane, block by block.
template <class Real>
struct StoreRows {
  /// Rows that are shorter are taken together, so that a pass has cells enough: what it makes of the ghosts between
  /// them is dropped.
  static constexpr int short_row = 96;

  /// Cells of such rows, about.
  static constexpr int group_cells = 4096;

  const Program& program;
  const BlockPlan& plan;
  const std::vector<std::int64_t>& offsets;
  std::int64_t row;
  const Real* numbers;
  const Real* const* arrays;
  CellRange range;
  Fields<Real> out;
  const RowEnds<Real>* ends;
  int shares;  ///< parts of the box that are computed side by side

  /// What a share works with.
  struct Work {
    BlockRunner<Real> runner;
    std::vector<const Real*> loads;
    std::vector<Real*> results;  ///< none: several rows are taken together
  };

  /// @param share  number of a share
  void operator()(const int share) const {
    const Index together = range.extent(0) < short_row ? std::max(1, group_cells / range.extent(0)) : 1;
    const std::int64_t groups = (range.extent(1) + together - 1) / together, all = groups * range.extent(2);
    Work work{{program, plan, numbers},
              std::vector<const Real*>(program.loads.size()),
              std::vector<Real*>(together == 1 ? program.results.size() : 0)};
    for (std::int64_t n = all * share / shares; n < all * (share + 1) / shares; ++n) {
      const Index k = range.begin[2] + n / groups, j = range.begin[1] + n % groups * together;
      run_rows(k, j, std::min<Index>(together, range.end[1] - j), work);
    }
  }

 private:
  void run_rows(Index k, Index j, Index rows, Work& work) const {
    auto& [runner, loads, results] = work;
    const std::int64_t first = &out(0, k, j, range.begin[0]) - &out(0, 0, 0, 0);
    const std::int64_t cells = (rows - 1) * row + range.extent(0);
    for (std::int64_t start = 0; start < cells; start += block_cells) {
      const auto count = static_cast<int>(std::min<std::int64_t>(block_cells, cells - start));
      for (std::size_t n = 0; n < loads.size(); ++n)
        loads[n] = arrays[program.loads[n].array] + first + start + offsets[n];
      for (std::size_t n = 0; n < results.size(); ++n)
        results[n] = &out(static_cast<int>(n), k, j, range.begin[0]) + start;
      runner.run(loads.data(), count, results.empty() ? nullptr : results.data());
      for (std::size_t n = 0; results.empty() && n < program.results.size(); ++n)
        store_block(static_cast<int>(n), k, j, start, count, runner.result(n));
    }
    if (ends == nullptr) return;
    for (int field = 0; field < static_cast<int>(program.results.size()); ++field) {
      for (Index each = j; each < j + rows; ++each)
        ends->fill_row(field, k, each);
    }
  }

  /// @param start  elements from the first cell of row j to the block's
  void store_block(int field, Index k, Index j, std::int64_t start, int count, BlockOperand<Real> result) const {
    j += static_cast<Index>(start / row);
    auto column = static_cast<int>(start % row);
    for (int done = 0; done < count; ++j, column = 0) {
      const int cells = std::min(count - done, static_cast<int>(row) - column);
      const int inside = std::min(cells, range.extent(0) - column);
      if (inside > 0) copy(result, &out(field, k, j, range.begin[0] + column), inside);
      if (!result.is_number()) result.values += cells;
      done += cells;
    }
  }
};

}  // namespace

template <class Real>
HostStages<Real>::HostStages(const Program& rates, const FieldLayout& layout)
    : rates_(rates), alone_(arranged(rates)), layout_(layout), plan_(plan_for(alone_)) {}

template <class Real>
BlockPlan HostStages<Real>::plan_for(const Program& program) const {
  constexpr std::int64_t cached_bytes = 4 << 20;  // a field that stays in the caches is not fetched ahead
  BlockPlan plan = plan_of(program);
  if (layout_.field * static_cast<std::int64_t>(sizeof(Real)) <= cached_bytes) plan.first_reads.clear();
  return plan;
}

template <class Real>
auto HostStages<Real>::stage(const ops::CombinationForm& form, const std::vector<Real>& weights) -> const Stage& {
  std::vector<char> is_one;
  for (const Real weight : weights)
    is_one.push_back(weight == 1);
  for (const auto& known : stages_) {
    if (known->form == form && known->is_one == is_one) return *known;
  }
  auto made = std::make_unique<Stage>(Stage{form, is_one, arranged(combined(rates_, form, is_one)), {}, {}});
  made->plan = plan_for(made->program);
  for (const Load& load : made->program.loads)
    made->offsets.push_back(layout_.offset(load));
  return *stages_.emplace_back(std::move(made));
}

template <class Real>
void HostStages<Real>::store(const std::string& label, const Space& space, const CellRange& range,
                             const Real* const* arrays, const Real* numbers, const Fields<Real>& out,
                             const ops::CombinationForm& form, const ops::CombinationData<Real>& data,
                             const RowEnds<Real>* ends) {
  const Stage& one = stage(form, data.weights);
  std::vector<const Real*> all(arrays, arrays + array_combined);
  for (const auto& fields : data.arrays) {
    require(static_cast<std::int64_t>(fields.stride(2)) == layout_.row &&
                static_cast<std::int64_t>(fields.stride(1)) == layout_.plane,
            "pde: a stage that lies in another way than its result");
    all.push_back(fields.data());
  }
  std::vector<Real> all_numbers(numbers, numbers + rates_.numbers.size());
  all_numbers.insert(all_numbers.end(), data.weights.begin(), data.weights.end());
  for (std::size_t n = all_numbers.size(); n < one.program.numbers.size(); ++n)
    all_numbers.push_back(static_cast<Real>(one.program.numbers[n].value));
  const int shares = std::max(1, static_cast<int>(space.concurrency()));
  const StoreRows<Real> rows{one.program, one.plan, one.offsets, layout_.row, all_numbers.data(),
                             all.data(),  range,    out,         ends,        shares};
  if constexpr (!tarn::detail::space_is_gpu)
    Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(space, 0, shares), rows);
}

template class HostStages<float>;
template class HostStages<double>;

}  // namespace tarn::apps::pde
