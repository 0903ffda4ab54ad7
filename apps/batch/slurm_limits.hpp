#pragma once

#include <string>
#include <vector>

#include "tarn/apps/batch/job_request.hpp"

namespace tarn::batch {

/// Why Slurm would never run such a job, though it may accept it and let it wait for ever; a line for each reason.
/// @param bytes_per_node  of memory that the run will take, about
/// @throws DataError if Slurm does not answer
std::vector<std::string> slurm_refusals(const JobRequest& request, double bytes_per_node);

/// A limit of time as Slurm prints it, "1-02:00:00" or "30:00"; a negative number for "UNLIMITED" and the like [s].
double slurm_seconds(const std::string& text);

/// How many GPUs a node has by what `sinfo` prints of it, such as "gpu:a100:4(S:0-1)".
int slurm_gpus(const std::string& gres);

}  // namespace tarn::batch
