#pragma once

#include <string>
#include <vector>

#include "tarn/apps/driver/members/batch_simulation.hpp"

namespace tarn::apps {

/// The members of a batch that failed, for its checkpoints.
std::vector<HistoryValue> tallies_of(const std::vector<MemberFailure>& failures, const std::vector<std::string>& names);

/// Back again; the reason is that of a checkpoint, which does not tell where the value was.
std::vector<MemberFailure> failures_in(const std::vector<HistoryValue>& tallies, const std::vector<std::string>& names);

}  // namespace tarn::apps
