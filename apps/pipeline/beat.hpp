#pragma once

#include <memory>

#include "tarn/apps/driver/heartbeat.hpp"
#include "tarn/apps/pipeline/job.hpp"

namespace tarn::apps::pipeline {

/// Tells in run.json how far a run is, every few seconds while the result lives. On rank 0; run.json is not vouched for
/// meanwhile.
/// @param context, job  must outlive the result
/// @throws Io, NoSpace
std::unique_ptr<Heartbeat> beat_of(const RunContext& context, const Job& job);

}  // namespace tarn::apps::pipeline
