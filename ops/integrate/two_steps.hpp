#pragma once

#include <string>

#include "tarn/core/error.hpp"
#include "tarn/ops/integrate/two_steps_gpu.hpp"
#include "tarn/ops/integrate/two_steps_host.hpp"

namespace tarn::ops {

/// Two steps of forward Euler in one pass over memory: out = y + dt[1] r(y) with y = now + dt[0] r(now), to the bit
/// what two single steps give. The state between the steps, y, stays in a cache or in registers: each array is read or
/// written once for both steps. The technique is temporal blocking: M. Wolf and M. Lam, A data locality optimizing
/// algorithm, PLDI 1991; on GPUs K. Matsumura et al., AN5D, CGO 2020.
/// @param space     instance the work is enqueued on; no fence
/// @param box       cells of `out`, not empty. At each end of an axis either the block's last cell, if the ghosts there
///   come from the block itself, or cells that have neighbours up to two cells away in the block
/// @param y         how the first step is made; its fields are `now`, ghosts filled
/// @param second    length of the second step
/// @param out       another array than `now`, as many fields
/// @param row_ends  fills the target's ghosts beside each row
/// @param memory    for the state between the steps on a host; kept from call to call
template <class Real, class Rate, class RowEnds>
void take_two_steps(const std::string& label, const Space& space, const CellRange& box,
                    const detail::StateBetween<Real, Rate>& y, const StepWeight<Real>& second, const Fields<Real>& out,
                    const RowEnds& row_ends, [[maybe_unused]] Field<Real, 1>& memory) {
  tarn::detail::require_count(label.c_str(), out.extent(0), Rate::fields);
  if (box.empty()) return;
#if defined(TARN_GPU)
  detail::take_two_steps_on_gpu(label, space, box, y, second, out, row_ends);
#else
  detail::take_two_steps_on_host(label, space, box, y, second, out, row_ends, memory);
#endif
}

}  // namespace tarn::ops
