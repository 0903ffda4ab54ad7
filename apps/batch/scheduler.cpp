#include "tarn/apps/batch/scheduler.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"

namespace tarn::batch {

std::unique_ptr<Scheduler> make_scheduler(const std::string& name) {
  if (name.empty() || name == "slurm") return make_slurm();
  throw UsageError(fmt::format("there is no scheduler '{}'; tarn knows slurm", io::shortened(name)));
}

}  // namespace tarn::batch
