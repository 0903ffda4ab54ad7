#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tarn/core/runtime.hpp"

/// Something that a host asks of tarn on its own instance.
struct Work {
  std::string name;
  std::function<void()> once;
  bool waits_for_device = false;  ///< the control: what must be seen to wait
};

/// What hosts ask for in their time loops: expressions, sums, arrays of the pool, ghost cells, kernels of their own,
/// copies, a Krylov method; and a fence of all instances as the control. The arrays live as long as the result.
std::vector<Work> all_work(const tarn::Runtime& runtime);
