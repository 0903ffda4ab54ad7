#include "tarn/apps/driver/job_limits.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::apps {

namespace {

/// To leave the loop, end MPI and let the job's script see it; a scheduler may come so much early [s].
constexpr double to_end = 5;
/// Disks of many users are now fast, now slow.
constexpr double slower = 2;

/// A number above 0 and nothing else.
bool is_above_zero(const char* text) {
  char* end = nullptr;
  const double number = std::strtod(text, &end);
  return *end == '\0' && number > 0 && std::isfinite(number);
}

}  // namespace

void check_numbers_in_environment() {
  constexpr std::pair<const char*, const char*> variables[] = {
      {"TARN_QUIET_SECONDS", "a number of seconds, such as 120"},
      {"TARN_REPORT_SECONDS", "a number of seconds, such as 5"}};
  for (const auto& [name, meaning] : variables) {
    const char* const text = std::getenv(name);
    if (text == nullptr || *text == '\0' || is_above_zero(text)) continue;
    throw UsageError(fmt::format("{} in the environment is '{}'; it is {}", name, text, meaning));
  }
}

std::optional<double> job_end_from_environment() {
  for (const char* name : {"TARN_JOB_END", "SLURM_JOB_END_TIME"}) {
    const char* const text = std::getenv(name);
    if (text == nullptr || *text == '\0') continue;
    char* end = nullptr;
    const double seconds = std::strtod(text, &end);
    if (*end == '\0' && seconds > 0) return seconds;
  }
  return {};
}

std::optional<double> job_memory_from_environment() {
  constexpr double megabyte = 1 << 20;
  const char* const text = std::getenv("SLURM_MEM_PER_NODE");
  if (text == nullptr || !is_above_zero(text)) return {};
  return megabyte * std::strtod(text, nullptr);
}

void JobClock::checkpoint_took(double seconds) {
  checkpoint_ = measured_ ? std::max(checkpoint_, seconds) : seconds;
  measured_ = true;
}

void JobClock::look_took(double seconds) {
  look_ = std::max(look_, seconds);
}

double JobClock::margin() const {
  return to_end + slower * (look_ + checkpoint_);
}

}  // namespace tarn::apps
