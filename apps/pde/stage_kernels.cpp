#include "tarn/apps/pde/stage_kernels.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/core/environment.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

KernelChoice kernel_choice() {
  const std::string asked = environment::get("TARN_PDE_KERNELS").value_or("");
  if (asked.empty() || asked == "auto") return KernelChoice::automatic;
  if (asked == "compiled") {
    if constexpr (tarn::detail::space_is_gpu) {
      return KernelChoice::compiled;
    } else {
      throw UsageError("TARN_PDE_KERNELS asks for compiled kernels, which a host does not have: it interprets them");
    }
  }
  if (asked == "interpreted") return KernelChoice::interpreted;
  throw UsageError(
      fmt::format("TARN_PDE_KERNELS is '{}'; it is auto (compiled where that can be), compiled or interpreted", asked));
}

namespace {

std::string key_of(const StageShape& shape) {
  const auto& [range, dimensions, row, plane, field, single, form, purpose] = shape;
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", range.begin[0], range.begin[1], range.begin[2],
                     range.end[0], range.end[1], range.end[2], dimensions, row, plane, field, single,
                     static_cast<int>(form.kind), form.before, form.after, form.now, static_cast<int>(purpose));
}

}  // namespace

StageKernels::StageKernels(const Program& program) : choice_(kernel_choice()) {
  if (const auto obstacle = obstacle_to_ptx(program)) way_.why = *obstacle;
  if (choice_ == KernelChoice::interpreted) way_.why = "TARN_PDE_KERNELS asks for it";
}

const StageKernels::Kernel* StageKernels::kernel_of(const Space& space, const Program& program,
                                                    const StageShape& shape) {
  Kernel& kernel = kernels_[key_of(shape)];
  if (!kernel.module) {
    kernel.ptx = stage_ptx(program, shape);
    kernel.module = std::make_unique<ops::detail::DriverModule>(space, kernel.ptx.text);
    way_.seconds += kernel.module->seconds();
    way_.why = kernel.module->refusal().why;
    way_.is_compiled = way_.why.empty();
  }
  return &kernel;
}

bool StageKernels::run(const std::string& label, const Space& space, const Program& program, const StageShape& shape,
                       const Arguments& arguments) {
  has_run_ = true;
  const Kernel* const kernel = way_.why.empty() ? kernel_of(space, program, shape) : nullptr;
  if (!way_.why.empty()) {
    if (choice_ == KernelChoice::compiled)
      throw UsageError(fmt::format("TARN_PDE_KERNELS asks for compiled kernels; {} cannot be: {}", label, way_.why));
    return false;
  }
  const StagePtx& ptx = kernel->ptx;
  std::vector<const void*> addresses{arguments.out};
  for (const int array : ptx.arrays)
    addresses.push_back(arguments.arrays[static_cast<std::size_t>(array)]);
  for (const int array : ptx.combined)
    addresses.push_back(arguments.combined[static_cast<std::size_t>(array)]);
  std::vector<void*> places;
  for (auto& address : addresses)
    places.push_back(&address);
  for (const int number : ptx.numbers)
    places.push_back(const_cast<void*>(arguments.numbers[static_cast<std::size_t>(number)]));
  for (const void* weight : arguments.weights)
    places.push_back(const_cast<void*>(weight));
  for (const StageEntry& entry : ptx.entries)
    kernel->module->launch(space, label, entry.name, entry.blocks, stage_threads, places);
  return true;
}

}  // namespace tarn::apps::pde
