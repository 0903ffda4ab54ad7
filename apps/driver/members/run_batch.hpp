#pragma once

#include "tarn/apps/driver/members/batch_case.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::apps {

/// Runs a batch of members in its run directory, as run_deck() runs one deck. Collective.
/// @param request  with the directory; its deck is not read
/// @returns, throws  as run_deck(). Members that failed are named in run.json, and harm no other
int run_batch(const Runtime& runtime, const RunRequest& request, const BatchCase& batch, Observer& observer);

}  // namespace tarn::apps
