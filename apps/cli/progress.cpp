#include "tarn/apps/cli/progress.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/units.hpp"

namespace tarn::cli {

namespace {
constexpr double seconds_between_lines_on_a_terminal = 0.2;
constexpr double seconds_between_plain_lines = 10;
}  // namespace

ProgressLine::ProgressLine(std::FILE* out) : out_(out), terminal_(out != nullptr && isatty(fileno(out)) != 0) {}

bool ProgressLine::due(double walltime) const {
  return out_ && walltime - last_ >= (terminal_ ? seconds_between_lines_on_a_terminal : seconds_between_plain_lines);
}

void ProgressLine::show(const apps::Progress& p, double walltime) {
  if (!out_) return;
  last_ = walltime;
  std::string line = fmt::format("step {:.0f}  time {:.6g} of {:g}  dt {:.3g}  {} cells/s", p.step, p.time, p.end, p.dt,
                                 apps::rate_text(p.updates_per_second));
  if (p.share_of_peak > 0) line += fmt::format("  {:.0f}% of peak", 100 * p.share_of_peak);
  line += fmt::format("  {} left", apps::duration_text(p.seconds_left));
  write_text(out_, terminal_ ? "\r\033[K" + line : line + "\n");
  flush_output();
  open_ = terminal_;
}

void ProgressLine::finish() {
  if (open_) write_text(out_, "\n");
  open_ = false;
}

}  // namespace tarn::cli
