#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/pde/block.hpp"
#include "tarn/apps/pde/combined.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/row_ends.hpp"

namespace tarn::apps::pde {

/// How fields of a grid lie in memory, all alike: elements from one row, plane and field to the next.
struct FieldLayout {
  std::int64_t row = 0, plane = 0, field = 0;

  /// From a cell to what a load reads of it.
  std::int64_t offset(const Load& load) const {
    return load.field * field + load.away[2] * plane + load.away[1] * row + load.away[0];
  }
};

/// A program as hosts run it: block by block, with what an integrator makes of its results as steps behind it.
template <class Real>
class HostStages {
 public:
  HostStages(const Program& rates, const FieldLayout& layout);

  /// The program without an integrator, with its steps as a host takes them, and its plan.
  const Program& program() const { return alone_; }
  const BlockPlan& plan() const { return plan_; }

  /// out(n, cell) = what the combination makes of result n, for the cells of a box.
  /// @param arrays   first element of each array that loads read; see Arrays
  /// @param numbers  of the program of rates
  /// @param ends     of `out`: filled row by row; null: nobody fills them
  void store(const std::string& label, const Space& space, const CellRange& range, const Real* const* arrays,
             const Real* numbers, const Fields<Real>& out, const ops::CombinationForm& form,
             const ops::CombinationData<Real>& data, const RowEnds<Real>* ends);

 private:
  /// With one kind of combination.
  struct Stage {
    ops::CombinationForm form;
    std::vector<char> is_one;  ///< which weights are
    Program program;
    BlockPlan plan;
    std::vector<std::int64_t> offsets;  ///< of loads, from the cell that is computed
  };

  const Stage& stage(const ops::CombinationForm& form, const std::vector<Real>& weights);
  BlockPlan plan_for(const Program& program) const;

  Program rates_, alone_;
  FieldLayout layout_;
  BlockPlan plan_;
  std::vector<std::unique_ptr<Stage>> stages_;
};

}  // namespace tarn::apps::pde
