#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What the process was given: environment variables, toolkits, devices.
namespace tarn::environment {

/// The value of a variable, or nothing if it is not set.
std::optional<std::string> get(const std::string& name);

/// Whether a variable is set, be it to nothing.
bool has(const std::string& name);

/// Sets a variable of this process, before the devices are started: they read theirs (CUDA_VISIBLE_DEVICES, OMP_*) then
/// and never again. Not to be called while other threads read variables.
/// @throws UsageError if the devices have been started, by a Runtime or by devices(), or if there can be no variable of
/// the name
void set(const std::string& name, const std::string& value);

/// The variables that runs depend on, in order of their names: CUDA_PATH, CUDA_HOME, LD_LIBRARY_PATH,
/// CUDA_VISIBLE_DEVICES, and all of OMP_* and SLURM_* that are set; no other, and none that is named like a secret.
std::vector<std::pair<std::string, std::string>> of_interest();

/// The folder of the CUDA toolkit: the first that exists of CUDA_HOME, CUDA_PATH and /usr/local/cuda.
std::optional<std::filesystem::path> cuda_toolkit();

/// The folders of LD_LIBRARY_PATH, whether they exist or not.
std::vector<std::filesystem::path> library_folders();

/// A device with its memory [bytes].
struct Device {
  int number = 0;         ///< as CUDA counts devices
  std::string name;       ///< as its driver tells it
  std::size_t total = 0;  ///< [bytes]
  std::size_t free = 0;   ///< [bytes]
};

/// The devices that this process can use; of a host build the host. Starts them: see set().
std::vector<Device> devices();

}  // namespace tarn::environment
