#pragma once

#include <cstdint>
#include <string>

#include <Kokkos_Core.hpp>

#include "tarn/ops/reduce/fold_axis_gpu.hpp"
#include "tarn/ops/reduce/fold_axis_host.hpp"

// The choice between the kernels that reduce along axes.

namespace tarn::ops::detail {

/// Reduces along axes into the target; no fence.
template <class Exec, class T, class E, class Fold>
void fold_axes(const std::string& label, const Exec& space, const AxisFold<T, E, Fold>& work) {
  if constexpr (is_gpu<Exec>) {
    fold_axes_on_gpu(label, space, work);
  } else if (work.loops.inner_is_reduced || work.loops.reduced_size() == 0) {
    const HostRowFold<T, E, Fold> rows{work};
    Kokkos::parallel_for(label, Range<Exec>(space, 0, rows.count()), rows);
  } else {
    const HostColumnFold<T, E, Fold> columns{work};
    Kokkos::parallel_for(label, Range<Exec>(space, 0, columns.count()), columns);
  }
}

}  // namespace tarn::ops::detail
