#include "tarn/apps/batch/scheduler.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"

namespace tarn::batch {

std::unique_ptr<Scheduler> make_scheduler(const std::string& name) {
  if (name.empty() || name == "slurm") return make_slurm();
  throw UsageError(fmt::format("there is no scheduler '{}'; tarn knows slurm", io::shortened(name)));
}

void require_launcher(const Scheduler& scheduler, const std::string& launcher) {
  if (!scheduler.launch(launcher, {}).empty()) return;
  throw UsageError(fmt::format("'{}' is not known; {} and mpirun are", io::shortened(launcher), scheduler.launcher()));
}

}  // namespace tarn::batch
