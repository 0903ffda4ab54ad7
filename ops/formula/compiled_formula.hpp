#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/ops/formula/formula.hpp"
#include "tarn/ops/formula/ptx.hpp"

// Formulas that the driver of an NVIDIA GPU compiles when they first run.

namespace tarn::ops::detail {

/// A formula over contiguous arrays.
struct CompiledOperands {
  std::vector<std::string> slots;
  std::vector<PtxSource> sources;  ///< of the slots
  std::vector<const void*> data;   ///< of the slots
  void* target;
  bool single;  ///< whether the target's elements are float; otherwise they are double
  std::int64_t size;
};

/// Fewest elements that a kernel is compiled for; with fewer, a launch costs more than what is computed.
inline constexpr std::int64_t least_compiled = 1 << 16;

/// target = formula, by a kernel that is compiled at the first call for this device and these types, and kept with the
/// formula. Asynchronous otherwise. Only GPUs have it.
/// @return false, and nothing is done, if PTX lacks something that the formula does, or the driver has no compiler
/// @throws Error if the formula uses a variable that is not among the slots, or the driver refuses the kernel
bool run_compiled(const Space& space, const Formula& formula, const CompiledOperands& operands);

}  // namespace tarn::ops::detail
