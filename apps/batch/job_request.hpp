#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tarn::batch {

/// What a batch job is to be: what every scheduler understands.
struct JobRequest {
  std::string name;  ///< a run's name
  int nodes = 1;
  int ranks_per_node = 1;
  int gpus_per_node = 0;
  int cpus_per_rank = 1;
  std::int64_t seconds = 0;        ///< the limit of each start
  std::int64_t memory_mb = 0;      ///< of each node; 0: what the scheduler gives
  std::string partition, account;  ///< empty: the scheduler's own choice
  std::string after;               ///< the id of a job that must succeed first; empty: none
  std::int64_t members = 0;        ///< of an ensemble; 0: a single run
  std::int64_t at_once = 0;        ///< members that may run at the same time; 0: any number
};

/// @throws UsageError for what no scheduler's option may hold: a partition, account or job with anything but letters,
/// digits and . _ - + @ , in its name, or with '-' first
void check_request(const JobRequest& request);

/// Why no scheduler's option may hold such a name; empty if it may.
std::string flaw_of_name(const std::string& name);

/// A limit as schedulers write it: "04:00:00".
std::string limit_text(std::int64_t seconds);

}  // namespace tarn::batch
