#include "tarn/ops/formula/compiled_formula.hpp"

#if defined(KOKKOS_ENABLE_CUDA)

#include <cuda.h>

#include <fmt/format.h>

namespace tarn::ops::detail {

namespace {

void check(CUresult result, const char* what) {
  if (result == CUDA_SUCCESS) return;
  const char* text = nullptr;
  cuGetErrorString(result, &text);
  throw Error(fmt::format("a formula's kernel: {}: {}", what, text == nullptr ? "unknown error" : text));
}

/// A kernel that the driver has compiled; or none, which is kept likewise.
class DriverKernel {
 public:
  explicit DriverKernel(const std::optional<PtxKernel>& kernel) {
    if (!kernel) return;
    ptx_ = *kernel;
    check(cuModuleLoadData(&module_, ptx_.text.c_str()), "the driver does not compile it");
    check(cuModuleGetFunction(&function_, module_, "tarn_formula"), "not found in its module");
  }
  DriverKernel(const DriverKernel&) = delete;
  DriverKernel& operator=(const DriverKernel&) = delete;
  ~DriverKernel() {
    if (module_ != nullptr) cuModuleUnload(module_);
  }

  bool exists() const { return function_ != nullptr; }
  void launch(const Space& space, const CompiledOperands& operands) const {
    constexpr std::int64_t block = 256;
    void* target = operands.target;
    std::vector<const void*> data = operands.data;
    std::uint64_t size = static_cast<std::uint64_t>(operands.size);
    std::uint64_t threads = static_cast<std::uint64_t>(ptx_threads(ptx_, operands.size));
    std::vector<void*> arguments{&target};
    for (auto& source : data)
      arguments.push_back(&source);
    arguments.push_back(&size);
    arguments.push_back(&threads);
    const auto blocks = (threads + block - 1) / block;
    require(blocks < (std::uint64_t{1} << 31), fmt::format("a formula's kernel: {} elements are too many", size));
    check(cuLaunchKernel(function_, static_cast<unsigned>(blocks), 1, 1, block, 1, 1, 0, space.cuda_stream(),
                         arguments.data(), nullptr),
          "the driver does not run it");
  }

 private:
  PtxKernel ptx_{};
  CUmodule module_ = nullptr;
  CUfunction function_ = nullptr;
};

/// What a kernel depends on beside the formula.
std::string key_of(const CompiledOperands& operands) {
  std::string key = operands.single ? "f" : "d";
  for (std::size_t n = 0; n < operands.slots.size(); ++n)
    key += fmt::format(" {}:{}{}", operands.slots[n], static_cast<int>(operands.sources[n].type),
                       operands.sources[n].one ? "s" : "");
  return key;
}

}  // namespace

bool run_compiled(const Space& space, const Formula& formula, const CompiledOperands& operands) {
  const auto kernel = formula.kept<DriverKernel>(key_of(operands), [&] {
    const int device = space.cuda_device();
    check(static_cast<CUresult>(cudaSetDevice(device)), "no such device");  // the driver's calls want its context
    return std::make_shared<const DriverKernel>(
        ptx_of(formula.instructions(operands.slots), operands.sources, operands.single));
  });
  if (!kernel->exists()) return false;
  kernel->launch(space, operands);
  return true;
}

}  // namespace tarn::ops::detail

#endif
