#include "tarn/core/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/memory_source.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/core/space.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>
#endif

namespace tarn::environment {

namespace {

std::atomic<bool> devices_were_listed{false};

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) { return name.starts_with(start); });
}

bool is_named_like_a_secret(std::string_view name) {
  constexpr std::string_view words[] = {"JWT", "TOKEN", "SECRET", "PASS", "KEY", "CREDENTIAL", "AUTH"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

bool is_of_interest(std::string_view name) {
  constexpr std::string_view named[] = {"CUDA_PATH", "CUDA_HOME", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES"};
  if (std::find(std::begin(named), std::end(named), name) != std::end(named)) return true;
  return starts_with_any(name, {"OMP_", "SLURM_"}) && !is_named_like_a_secret(name);
}

}  // namespace

std::optional<std::string> get(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

bool has(const std::string& name) {
  return std::getenv(name.c_str()) != nullptr;
}

void set(const std::string& name, const std::string& value) {
  if (Kokkos::is_initialized() || devices_were_listed) {
    throw UsageError(
        fmt::format("{} cannot be set any more: the devices have been started, and read their environment then; "
                    "set it before the tarn::Runtime is made",
                    name));
  }
  if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos) {
    throw UsageError(fmt::format("'{}' cannot be the name of an environment variable", name));
  }
  require(setenv(name.c_str(), value.c_str(), 1) == 0, "the environment has no room for " + name);
}

std::vector<std::pair<std::string, std::string>> of_interest() {
  std::vector<std::pair<std::string, std::string>> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !is_of_interest(text.substr(0, equals))) continue;
    found.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::filesystem::path> cuda_toolkit() {
  for (const std::string& folder :
       {get("CUDA_HOME").value_or(""), get("CUDA_PATH").value_or(""), std::string("/usr/local/cuda")}) {
    std::error_code ignored;  // a folder that cannot be looked at is none
    if (!folder.empty() && std::filesystem::is_directory(folder, ignored)) return folder;
  }
  return std::nullopt;
}

std::vector<std::filesystem::path> library_folders() {
  std::vector<std::filesystem::path> folders;
  std::istringstream all(get("LD_LIBRARY_PATH").value_or(""));
  for (std::string folder; std::getline(all, folder, ':');) {
    if (!folder.empty()) folders.emplace_back(folder);
  }
  return folders;
}

#ifdef KOKKOS_ENABLE_CUDA
std::vector<Device> devices() {
  devices_were_listed = true;
  int before = 0, count = 0;
  if (cudaGetDevice(&before) != cudaSuccess || cudaGetDeviceCount(&count) != cudaSuccess) return {};
  std::vector<Device> found;
  for (int number = 0; number < count; ++number) {
    cudaDeviceProp properties{};
    Device device{number, "", 0, 0};
    if (cudaGetDeviceProperties(&properties, number) == cudaSuccess) device.name = properties.name;
    device.total = properties.totalGlobalMem;
    if (cudaSetDevice(number) == cudaSuccess) cudaMemGetInfo(&device.free, &device.total);
    found.push_back(device);
  }
  cudaSetDevice(before);
  return found;
}
#elif defined(TARN_GPU)
std::vector<Device> devices() {
  devices_were_listed = true;
  return {{0, device_name(), 0, 0}};  // Kokkos tells no more
}
#else
std::vector<Device> devices() {
  const MemoryTotals memory = host_source()->totals();
  return {{0, device_name(), memory.total, memory.free}};
}
#endif

}  // namespace tarn::environment
