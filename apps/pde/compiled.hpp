#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pde/arithmetic.hpp"
#include "tarn/apps/pde/host_stages.hpp"
#include "tarn/apps/pde/lowering.hpp"
#include "tarn/apps/pde/stage_kernels.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/row_ends.hpp"
#include "tarn/ops/integrate/combination_form.hpp"

namespace tarn::apps::pde {

/// Numbers of the whole domain at one time: t, and integrals and means, from which others are computed.
struct DomainNumbers {
  double time = 0;
  std::map<int, double> reductions;  ///< by node

  /// The value of an expression that is the same in all cells.
  double value(const System& system, int node) const;
};

/// The arrays of a stage, all of one grid's extents; see Arrays.
template <class Real>
struct ReadArrays {
  Kokkos::Array<const Real*, array_combined> first{};  ///< but those of an integrator
};

/// A program on one grid, ready to run.
template <class Real>
class Compiled {
 public:
  Compiled(const System& system, const Program& program, const Grid& grid, int row);

  const Program& program() const { return program_; }
  /// Brings the numbers that change to their values.
  void set_numbers(const System& system, const DomainNumbers& domain);

  /// out(n, cell) = combine(n, cell, result n) for the cells of a box.
  /// @param space  instance the work is enqueued on; no fence
  /// @param ends   of `out`: a host fills them row by row, a GPU leaves them alone; none: nobody does
  template <class Combine>
  void store(const std::string& label, const Space& space, const CellRange& range, const ReadArrays<Real>& arrays,
             const Fields<Real>& out, const Combine& combine, const RowEnds<Real>* ends = nullptr) const;

  /// On a GPU: lowers and raises `keys`, those of the least and the greatest of each result, see extreme_key().
  /// @param space  instance the work is enqueued on; no fence
  /// @return false, and nothing is done, if the program cannot be compiled or keys do not hold the array's elements
  bool find_extremes(const Space& space, const CellRange& range, const ReadArrays<Real>& arrays,
                     std::int64_t* keys) const;

  // For kernels.
  const FieldLayout& layout() const { return layout_; }
  const Real* numbers() const { return host_numbers_.data(); }
  const HostStages<Real>& on_host() const { return *host_; }  ///< on a host
  const CellProgram<Real>& on_device() const;                 ///< with the numbers of now
  const Kokkos::View<int*, Space>& load_arrays() const { return load_arrays_; }
  const Kokkos::View<std::int64_t*, Space>& load_offsets() const { return load_offsets_; }

  /// On a GPU, how store() ran; nothing before that.
  std::optional<KernelWay> way() const;

 private:
  bool run_kernels(const std::string& label, const Space& space, const CellRange& range, const ReadArrays<Real>& arrays,
                   const Fields<Real>& out, const ops::CombinationForm& form,
                   const ops::CombinationData<Real>& data) const;

  StageKernels::Arguments arguments(void* out, const ReadArrays<Real>& arrays) const;
  StageShape shape(const CellRange& range) const;

  Program program_;
  FieldLayout layout_;
  std::vector<std::int64_t> offsets_;  ///< of loads, from the cell that is computed
  std::vector<Real> host_numbers_;
  CellProgram<Real> on_device_;
  Kokkos::View<Real*, Space> device_numbers_;
  mutable bool numbers_moved_ = false;  ///< whether the device does not have those of the host yet
  Kokkos::View<int*, Space> load_arrays_;
  Kokkos::View<std::int64_t*, Space> load_offsets_;
  int dimensions_;
  std::shared_ptr<StageKernels> kernels_;   ///< on a GPU
  std::shared_ptr<HostStages<Real>> host_;  ///< on a host
};

/// Evaluates a formula of space and time in double precision into a field, in ghosts too: beyond a periodic end as in
/// the cells that they stand for.
template <class Real>
void set_from_program(const Space& space, const Compiled<double>& program, const Grid& grid, const Fields<Real>& out,
                      int field);

/// What a program gives, as it is.
template <class Real>
struct Plain {
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(int, Index, Index, Index, Real value) const { return value; }
};

/// An integrator's combination, which knows the fields that the rates are computed from.
template <class Real, class Combine>
struct FromNow {
  Combine combine;
  Fields<const Real> now;

  KOKKOS_FORCEINLINE_FUNCTION Real operator()(int field, Index k, Index j, Index i, Real rate) const {
    return combine(field, k, j, i, rate, now);
  }
};

template <class Real>
ops::CombinationForm form_of(const Plain<Real>&) {
  return {};
}
template <class Real>
ops::CombinationData<Real> data_of(const Plain<Real>&) {
  return {};
}
template <class Real, class Combine>
ops::CombinationForm form_of(const FromNow<Real, Combine>& from) {
  return ops::form_of(from.combine);
}
template <class Real, class Combine>
ops::CombinationData<Real> data_of(const FromNow<Real, Combine>& from) {
  return ops::data_of(from.combine);
}

/// On a GPU where the program is interpreted: a thread takes one cell.
/// @tparam capacity  registers of a thread
template <class Real, class Combine, int capacity>
struct StoreCell {
  CellProgram<Real> program;
  Kokkos::View<const int*, Space> load_arrays;
  Kokkos::View<const std::int64_t*, Space> load_offsets;
  ReadArrays<Real> arrays;
  Fields<Real> out;
  Combine combine;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const std::int64_t here = &out(0, k, j, i) - &out(0, 0, 0, 0);
    const auto load = [&](int n) { return arrays.first[load_arrays(n)][here + load_offsets(n)]; };
    Real registers[capacity];
    program.run(load, registers);
    const auto count = static_cast<int>(program.results.extent(0));
    for (int n = 0; n < count; ++n)
      out(n, k, j, i) = combine(n, k, j, i, program.value(program.results(n), load, registers));
  }
};

template <class Real>
template <class Combine>
void Compiled<Real>::store(const std::string& label, const Space& space, const CellRange& range,
                           const ReadArrays<Real>& arrays, const Fields<Real>& out, const Combine& combine,
                           [[maybe_unused]] const RowEnds<Real>* ends) const {
  if (range.empty()) return;
  if constexpr (tarn::detail::space_is_gpu) {
    if (run_kernels(label, space, range, arrays, out, form_of(combine), data_of(combine))) return;
    with_room_for(program_, [&](auto room) {
      using Body = StoreCell<Real, Combine, decltype(room)::value>;
      for_each_cell(label, space, range, Body{on_device(), load_arrays_, load_offsets_, arrays, out, combine});
    });
  } else {
    host_->store(label, space, range, arrays.first.data(), numbers(), out, form_of(combine), data_of(combine), ends);
  }
}

}  // namespace tarn::apps::pde
