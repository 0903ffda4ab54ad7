#include "tarn/ops/formula/compiled_formula.hpp"

#if defined(KOKKOS_ENABLE_CUDA)

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/formula/driver_module.hpp"

namespace tarn::ops::detail {

namespace {

/// A kernel that the driver has compiled; or none, which is kept likewise.
class DriverKernel {
 public:
  DriverKernel(const Space& space, const Formula& formula, const CompiledOperands& operands) {
    const auto kernel = ptx_of(formula.instructions(operands.slots), operands.sources, operands.single);
    if (!kernel) return;
    auto made = std::make_unique<DriverModule>(space, kernel->text);
    const DriverRefusal& refusal = made->refusal();
    if (refusal.lacks_compiler) return;
    require(refusal.why.empty(),
            fmt::format("the kernel of the formula '{}' is not compiled: {}", formula.text(), refusal.why));
    module_ = std::move(made);
    width_ = kernel->width;
  }

  bool exists() const { return module_ != nullptr; }

  void launch(const Space& space, const CompiledOperands& operands) const {
    constexpr std::uint64_t block = 256;
    void* target = operands.target;
    std::vector<const void*> data = operands.data;
    auto size = static_cast<std::uint64_t>(operands.size);
    auto threads = static_cast<std::uint64_t>(ptx_threads(width_, operands.size));
    std::vector<void*> arguments{&target};
    for (auto& source : data)
      arguments.push_back(&source);
    arguments.push_back(&size);
    arguments.push_back(&threads);
    const auto blocks = static_cast<std::int64_t>((threads + block - 1) / block);
    module_->launch(space, "tarn::ops::assign_formula", "tarn_formula", blocks, block, arguments);
  }

 private:
  std::unique_ptr<DriverModule> module_;
  int width_ = 0;
};

/// What a kernel depends on beside the formula.
std::string key_of(int device, const CompiledOperands& operands) {
  std::string key = fmt::format("{} {}", device, operands.single ? "float" : "double");
  for (std::size_t n = 0; n < operands.slots.size(); ++n)
    key += fmt::format(" {}:{}{}", operands.slots[n], static_cast<int>(operands.sources[n].type),
                       operands.sources[n].one ? " one" : "");
  return key;
}

}  // namespace

bool run_compiled(const Space& space, const Formula& formula, const CompiledOperands& operands) {
  const int device = space.cuda_device();
  const auto kernel = formula.kept<DriverKernel>(
      key_of(device, operands), [&] { return std::make_shared<const DriverKernel>(space, formula, operands); });
  if (!kernel->exists()) return false;
  kernel->launch(space, operands);
  return true;
}

}  // namespace tarn::ops::detail

#elif defined(TARN_GPU)

#include "tarn/ops/formula/compiled_formula.hpp"

namespace tarn::ops::detail {

/// Other makers' drivers do not read PTX: their GPUs interpret formulas.
bool run_compiled(const Space&, const Formula&, const CompiledOperands&) {
  return false;
}

}  // namespace tarn::ops::detail

#endif
