#pragma once

#include <string>

#include "tarn/apps/batch/scheduler.hpp"
#include "tarn/apps/batch/site.hpp"

namespace tarn::batch {

/// So many starts in a row that bring no newer checkpoint end a job: it would go on for ever.
inline constexpr int most_starts = 20;

/// The script of a job, which runs in the run's directory, or in the ensemble's. It resumes by itself, passes signals
/// on to the ranks, puts itself into the queue again when the run asks for that, and ends with the run's own exit code.
/// @param lines  of the site or the user, put between the scheduler's and tarn's
/// @param root   the directory that the deck's paths are beneath, absolute
/// @throws UsageError for a launcher that the scheduler does not know
std::string job_script(const Scheduler& scheduler, const JobRequest& request, const Site& site,
                       const std::string& lines, const std::string& root);

}  // namespace tarn::batch
