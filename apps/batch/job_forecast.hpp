#pragma once

#include <string>

#include "tarn/apps/batch/job_request.hpp"
#include "tarn/apps/driver/case.hpp"

namespace tarn::batch {

/// Memory of the host that a run cannot do without on each node, about [bytes]. With GPUs its arrays are theirs.
double bytes_per_node(const apps::Case& made, const JobRequest& request);

/// How long the run takes beside the limit that was asked for, where a finished run of the same app below `root` shows
/// how fast it is; a line, or nothing.
std::string time_text(const apps::Case& made, const JobRequest& request, const std::string& root);

}  // namespace tarn::batch
