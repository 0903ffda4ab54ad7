#include "tarn/apps/driver/members/member_tallies.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::apps {

namespace {
const std::string failure_prefix = "failed/";
}

std::vector<HistoryValue> tallies_of(const std::vector<MemberFailure>& failures,
                                     const std::vector<std::string>& names) {
  std::vector<HistoryValue> tallies;
  for (const auto& failure : failures)
    tallies.push_back({failure_prefix + names[failure.member], static_cast<double>(failure.step)});
  return tallies;
}

std::vector<MemberFailure> failures_in(const std::vector<HistoryValue>& tallies,
                                       const std::vector<std::string>& names) {
  std::vector<MemberFailure> failures;
  for (const auto& [name, value] : tallies) {
    if (!name.starts_with(failure_prefix)) continue;
    const auto member = std::find(names.begin(), names.end(), name.substr(failure_prefix.size()));
    if (member == names.end()) continue;
    const auto step = static_cast<std::int64_t>(value);
    failures.push_back({static_cast<std::size_t>(member - names.begin()), step,
                        fmt::format("a value is NaN or infinite at step {}", step)});
  }
  return failures;
}

}  // namespace tarn::apps
