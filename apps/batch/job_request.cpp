#include "tarn/apps/batch/job_request.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"

namespace tarn::batch {

namespace {

void check_word(const char* option, const std::string& word) {
  constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@,";
  constexpr std::size_t longest = 200;
  if (word.empty()) return;
  if (word[0] != '-' && word.size() <= longest && word.find_first_not_of(allowed) == std::string::npos) return;
  throw UsageError(
      fmt::format("{}: '{}' is no name that a scheduler knows: letters, digits and . _ - + @ , are expected", option,
                  io::shortened(word)));
}

}  // namespace

void check_request(const JobRequest& request) {
  check_word("--partition", request.partition);
  check_word("--account", request.account);
  check_word("--after", request.after);
  check_word("run.name", request.name);
}

std::string limit_text(std::int64_t seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace tarn::batch
