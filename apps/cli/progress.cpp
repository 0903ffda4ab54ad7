#include "tarn/apps/cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/ioctl.h>

#include <fmt/format.h>

#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::cli {

namespace {

constexpr double seconds_between_lines_on_a_terminal = 0.2;
constexpr double seconds_between_plain_lines = 10;
constexpr std::size_t narrow = 60;  ///< a terminal below so many columns gets a shorter bar

std::string text_of(const char* variable) {
  const char* text = std::getenv(variable);
  return text ? text : "";
}

/// Looked at before MPI starts, which may name a process that is alone rank 0 too.
const bool is_rank_of_launcher = rank_of_launcher().has_value();

/// Whether what a launcher passes on from its ranks goes to a file or a pipe: a rank may have a terminal of the
/// launcher's own (Open MPI), which tells nothing.
bool launcher_has_no_terminal(int stream) {
  if (!is_rank_of_launcher) return false;
  char goes_to[256] = {};
  const std::string link = fmt::format("/proc/{}/fd/{}", getppid(), stream);
  if (readlink(link.c_str(), goes_to, sizeof goes_to - 1) <= 0) return false;
  const std::string_view device = "/dev/", place = goes_to;
  return place.substr(0, device.size()) != device || place == "/dev/null" || place == "/dev/full";
}

/// Whether a stream is a terminal that can go back to the start of its line.
bool is_terminal(std::FILE* out) {
  return out != nullptr && isatty(fileno(out)) != 0 && text_of("TERM") != "dumb" &&
         !launcher_has_no_terminal(fileno(out));
}

/// Asked anew for every line: a window may be made narrower.
std::size_t columns_of(std::FILE* out) {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ::ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

bool speaks_unicode() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = text_of(variable);
    if (!locale.empty()) return locale.find("UTF-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

std::string bar(double share, std::size_t cells, bool unicode) {
  const auto full = static_cast<std::size_t>(std::floor(share * static_cast<double>(cells)));
  std::string text = unicode ? "" : "[";
  for (std::size_t cell = 0; cell < cells; ++cell)
    text += unicode ? (cell < full ? "█" : "░") : (cell < full ? "#" : ".");
  return text + (unicode ? "" : "]");
}

/// Characters rather than bytes.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

std::string progress_text(const WorkDone& work, double walltime, std::size_t columns, bool unicode) {
  const bool known = work.total > 0;
  const double share = known ? std::clamp(work.done / work.total, 0.0, 1.0) : 0;
  std::vector<std::string> parts;
  if (known && columns > 0) {
    parts.push_back(bar(share, columns < narrow ? 10 : 24, unicode) +
                    fmt::format(" {:>3.0f}%", std::floor(100 * share)));
  } else if (known) {
    parts.push_back(fmt::format("{:.0f}%", std::floor(100 * share)));
  }
  auto left = work.seconds_left;
  if (!left && share > 0) left = walltime * (1 - share) / share;
  if (left) parts.push_back(apps::duration_text(*left) + " left");
  parts.insert(parts.end(), work.facts.begin(), work.facts.end());
  std::string line;
  for (const auto& part : parts) {
    const std::string longer = line.empty() ? part : fmt::format("{}  {}", line, part);
    if (columns > 0 && width_of(longer) >= columns) break;  // a full line would scroll the terminal
    line = longer;
  }
  return line;
}

WorkDone work_done(const apps::Progress& p) {
  WorkDone work{.done = p.time, .total = p.end};
  if (std::isfinite(p.seconds_left)) work.seconds_left = p.seconds_left;
  if (p.dt == 0) {  // no steps in time: a pipeline counts its items
    work.facts.push_back(fmt::format("{:.0f} of {}", p.step, io::counted(static_cast<std::int64_t>(p.end), "item")));
    return work;
  }
  work.facts = {fmt::format("step {:.0f}", p.step), fmt::format("time {:.6g} of {:g}", p.time, p.end),
                fmt::format("{} cells/s", apps::rate_text(p.updates_per_second))};
  if (p.share_of_peak > 0) work.facts.push_back(fmt::format("{:.0f}% of peak", 100 * p.share_of_peak));
  work.facts.push_back(fmt::format("dt {:.3g}", p.dt));
  return work;
}

ProgressLine::ProgressLine(std::FILE* out, AtEnd at_end) : out_(out), at_end_(at_end), terminal_(is_terminal(out)) {}

double ProgressLine::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - made_).count();
}

bool ProgressLine::due(double walltime) const {
  return out_ && walltime - last_ >= (terminal_ ? seconds_between_lines_on_a_terminal : seconds_between_plain_lines);
}

void ProgressLine::show(const WorkDone& work, double walltime) {
  if (!out_) return;
  last_ = walltime;
  const std::string line = progress_text(work, walltime, terminal_ ? columns_of(out_) : 0, speaks_unicode());
  write_text(out_, terminal_ ? "\r\033[K" + line : line + "\n");
  if (out_ == stdout) flush_output();
  open_ = terminal_;
}

void ProgressLine::show(const apps::Progress& progress, double walltime) {
  show(work_done(progress), walltime);
}

void ProgressLine::finish() {
  if (open_) write_text(out_, at_end_ == AtEnd::erase ? "\r\033[K" : "\n");
  open_ = false;
}

}  // namespace tarn::cli
