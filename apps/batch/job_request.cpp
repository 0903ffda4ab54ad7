#include "tarn/apps/batch/job_request.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"

namespace tarn::batch {

std::string flaw_of_name(const std::string& name) {
  constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@,";
  constexpr std::size_t longest = 200;
  if (name.empty()) return "";
  if (name[0] != '-' && name.size() <= longest && name.find_first_not_of(allowed) == std::string::npos) return "";
  return fmt::format("'{}' is no name that a scheduler knows: letters, digits and . _ - + @ , are expected",
                     io::shortened(name));
}

void check_request(const JobRequest& request) {
  const auto check = [](const char* option, const std::string& name) {
    const std::string flaw = flaw_of_name(name);
    if (!flaw.empty()) throw UsageError(fmt::format("{}: {}", option, flaw));
  };
  check("--partition", request.partition);
  check("--account", request.account);
  check("--after", request.after);
  check("run.name", request.name);
  constexpr std::int64_t most = 1 << 20;
  const std::int64_t ranks = std::int64_t{1} * request.nodes * request.ranks_per_node;
  if (ranks > most) {
    throw UsageError(fmt::format("--nodes {} and --ranks-per-node {} are {} ranks; at most {} are started",
                                 request.nodes, request.ranks_per_node, ranks, most));
  }
  if (request.at_once > 0 && request.members == 0) throw UsageError(at_once_of_one_run);
}

std::string limit_text(std::int64_t seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace tarn::batch
