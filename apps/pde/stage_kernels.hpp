#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pde/stage_ptx.hpp"
#include "tarn/core/space.hpp"
#include "tarn/ops/formula/driver_module.hpp"

namespace tarn::apps::pde {

/// Which way a GPU goes with programs: what the environment variable TARN_PDE_KERNELS asks for.
enum class KernelChoice {
  automatic,  ///< compiled where that can be
  compiled,   ///< what cannot be compiled is an error
  interpreted,
};

/// @throws UsageError if TARN_PDE_KERNELS is another word, or asks a host for compiled kernels
KernelChoice kernel_choice();

/// How a program ran.
struct KernelWay {
  bool is_compiled = false;
  std::string why{};   ///< it is not
  double seconds = 0;  ///< that the driver compiled
};

/// The kernels of one program, which the driver compiles when they first run.
class StageKernels {
 public:
  /// What a kernel is called with: addresses, and numbers in the precision of the run.
  struct Arguments {
    void* out = nullptr;
    std::vector<const void*> arrays;    ///< by their numbers
    std::vector<const void*> combined;  ///< of the combination
    std::vector<const void*> numbers;   ///< where the program's numbers are
    std::vector<const void*> weights;   ///< where the combination's weights are
  };

  explicit StageKernels(const Program& program);

  /// Runs the program, if it can be compiled.
  /// @param space  instance the work is enqueued on; no fence
  /// @return false, and nothing is done, if it cannot
  /// @throws UsageError if it cannot, and must be
  bool run(const std::string& label, const Space& space, const Program& program, const StageShape& shape,
           const Arguments& arguments);

  bool has_run() const { return has_run_; }
  const KernelWay& way() const { return way_; }

 private:
  struct Kernel {
    StagePtx ptx;
    std::unique_ptr<ops::detail::DriverModule> module;
  };

  const Kernel* kernel_of(const Space& space, const Program& program, const StageShape& shape);

  KernelChoice choice_;
  KernelWay way_;
  bool has_run_ = false;
  std::map<std::string, Kernel> kernels_;  ///< by shape
};

}  // namespace tarn::apps::pde
