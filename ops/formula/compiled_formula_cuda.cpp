#include "tarn/ops/formula/compiled_formula.hpp"

#if defined(KOKKOS_ENABLE_CUDA)

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::ops::detail {

namespace {

void check(CUresult result, const std::string& formula, const char* what) {
  if (result == CUDA_SUCCESS) return;
  const char* text = nullptr;
  cuGetErrorString(result, &text);
  throw Error(
      fmt::format("the kernel of the formula '{}' {}: {}", formula, what, text == nullptr ? "unknown error" : text));
}

/// The driver's calls want the context of the device, which is the thread's own.
void enter(int device) {
  require(cudaSetDevice(device) == cudaSuccess, "a formula's kernel: the device is not there");
}

/// What the driver says if it has no compiler, or none that is allowed or new enough.
bool lacks_compiler(CUresult result) {
  return result == CUDA_ERROR_JIT_COMPILER_NOT_FOUND || result == CUDA_ERROR_JIT_COMPILATION_DISABLED ||
         result == CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
}

/// What the driver has loaded; dies when no kernel of it runs any more.
struct Module {
  int device;
  CUmodule handle = nullptr;

  explicit Module(int number) : device(number) {}
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  ~Module() {
    if (handle == nullptr || cudaSetDevice(device) != cudaSuccess) return;
    cudaDeviceSynchronize();
    cuModuleUnload(handle);
  }
};

/// A kernel that the driver has compiled; or none, which is kept likewise.
class DriverKernel {
 public:
  DriverKernel(int device, const Formula& formula, const CompiledOperands& operands) : module_(device) {
    const auto kernel = ptx_of(formula.instructions(operands.slots), operands.sources, operands.single);
    if (!kernel) return;
    enter(device);
    const CUresult loaded = cuModuleLoadData(&module_.handle, kernel->text.c_str());
    if (lacks_compiler(loaded)) return;
    check(loaded, formula.text(), "is not compiled by the driver");
    check(cuModuleGetFunction(&function_, module_.handle, "tarn_formula"), formula.text(), "is not in its module");
    width_ = kernel->width;
  }

  bool exists() const { return function_ != nullptr; }

  void launch(const Space& space, const Formula& formula, const CompiledOperands& operands) const {
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
    const std::uint64_t blocks = (threads + block - 1) / block;
    enter(module_.device);
    Kokkos::Profiling::pushRegion("tarn::ops::assign_formula");  // the driver's kernels are not Kokkos's
    const CUresult launched = cuLaunchKernel(function_, static_cast<unsigned>(blocks), 1, 1, block, 1, 1, 0,
                                             space.cuda_stream(), arguments.data(), nullptr);
    Kokkos::Profiling::popRegion();
    check(launched, formula.text(), "is not run by the driver");
  }

 private:
  Module module_;
  CUfunction function_ = nullptr;
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
      key_of(device, operands), [&] { return std::make_shared<const DriverKernel>(device, formula, operands); });
  if (!kernel->exists()) return false;
  kernel->launch(space, formula, operands);
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
