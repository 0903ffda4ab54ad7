#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tarn/core/space.hpp"

// Kernels in PTX that the driver of an NVIDIA GPU compiles while the program runs.

namespace tarn::ops::detail {

/// Why the driver has not made a kernel.
struct DriverRefusal {
  std::string why{};  ///< nothing: it has made it
  /// Whether it has no compiler, or none that may or can compile this text; otherwise the text is wrong.
  bool lacks_compiler = false;
};

/// What the driver has made of a text in PTX, on one device. Dies when no kernel of it runs any more. The driver keeps
/// what it compiled in its own cache on disk (CUDA_CACHE_PATH, by default .nv/ComputeCache in the user's home, which is
/// closed to others), so that the next program with the same text has it within milliseconds. Its key is the text with
/// the device and the driver's version; files that were damaged are found out and compiled anew. So tarn keeps none.
class DriverModule {
 public:
  /// Compiles a text for the device of a space; see refusal().
  DriverModule(const Space& space, const std::string& text);
  ~DriverModule();
  DriverModule(const DriverModule&) = delete;
  DriverModule& operator=(const DriverModule&) = delete;

  const DriverRefusal& refusal() const { return refusal_; }
  double seconds() const { return seconds_; }  ///< that loading, and compiling where it had to be, took

  /// Runs a kernel of the text. Asynchronous.
  /// @param label      for profilers
  /// @param arguments  where the kernel's arguments are, in its order
  /// @throws Error if the driver does not run it
  void launch(const Space& space, const std::string& label, const std::string& entry, std::int64_t blocks,
              unsigned threads, std::vector<void*> arguments) const;

 private:
  int device_ = 0;
  void* module_ = nullptr;
  DriverRefusal refusal_;
  double seconds_ = 0;
};

}  // namespace tarn::ops::detail
