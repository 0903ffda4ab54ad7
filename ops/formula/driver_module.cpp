#include "tarn/ops/formula/driver_module.hpp"

#include "tarn/core/error.hpp"

#if defined(KOKKOS_ENABLE_CUDA)

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <chrono>

#include <fmt/format.h>

namespace tarn::ops::detail {

namespace {

std::string text_of(CUresult result) {
  const char* text = nullptr;
  cuGetErrorString(result, &text);
  return text == nullptr ? "unknown error" : text;
}

/// The driver's calls want the context of the device, which is the thread's own.
void enter(int device) {
  require(cudaSetDevice(device) == cudaSuccess, "a kernel in PTX: the device is not there");
}

/// What the driver says if it has no compiler, or none that is allowed or new enough, or the device is too old.
bool lacks_compiler(CUresult result) {
  return result == CUDA_ERROR_JIT_COMPILER_NOT_FOUND || result == CUDA_ERROR_JIT_COMPILATION_DISABLED ||
         result == CUDA_ERROR_UNSUPPORTED_PTX_VERSION || result == CUDA_ERROR_NO_BINARY_FOR_GPU;
}

}  // namespace

DriverModule::DriverModule(const Space& space, const std::string& text) : device_(space.cuda_device()) {
  enter(device_);
  const auto start = std::chrono::steady_clock::now();
  std::string log(4096, '\0');
  CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void* values[] = {log.data(), reinterpret_cast<void*>(log.size())};
  CUmodule loaded = nullptr;
  const CUresult result = cuModuleLoadDataEx(&loaded, text.c_str(), 2, options, values);
  seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (result == CUDA_SUCCESS) {
    module_ = loaded;
    return;
  }
  log.resize(log.find('\0') == std::string::npos ? log.size() : log.find('\0'));
  const std::string first_line = log.substr(0, log.find('\n'));
  refusal_ = {"the driver says: " + text_of(result) + (first_line.empty() ? "" : "; " + first_line),
              lacks_compiler(result)};
}

DriverModule::~DriverModule() {
  if (module_ == nullptr || cudaSetDevice(device_) != cudaSuccess) return;
  cudaDeviceSynchronize();
  cuModuleUnload(static_cast<CUmodule>(module_));
}

void DriverModule::launch(const Space& space, const std::string& label, const std::string& entry, std::int64_t blocks,
                          unsigned threads, std::vector<void*> arguments) const {
  enter(device_);
  CUfunction function = nullptr;
  const CUresult found = cuModuleGetFunction(&function, static_cast<CUmodule>(module_), entry.c_str());
  if (found != CUDA_SUCCESS) throw Error(fmt::format("{}: its kernel is not there: {}", label, text_of(found)));
  Kokkos::Profiling::pushRegion(label);  // the driver's kernels are not Kokkos's
  const CUresult launched = cuLaunchKernel(function, static_cast<unsigned>(blocks), 1, 1, threads, 1, 1, 0,
                                           space.cuda_stream(), arguments.data(), nullptr);
  Kokkos::Profiling::popRegion();
  if (launched != CUDA_SUCCESS)
    throw Error(fmt::format("{}: its kernel is not run by the driver: {}", label, text_of(launched)));
}

}  // namespace tarn::ops::detail

#else

namespace tarn::ops::detail {

// Hosts, and other makers' drivers, do not read PTX.
DriverModule::DriverModule(const Space&, const std::string&) {
  refusal_ = {"there is no driver that reads PTX", true};
}

DriverModule::~DriverModule() = default;

void DriverModule::launch(const Space&, const std::string& label, const std::string&, std::int64_t, unsigned,
                          std::vector<void*>) const {
  throw Error(label + ": there is no driver that reads PTX");
}

}  // namespace tarn::ops::detail

#endif
