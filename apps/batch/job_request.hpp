#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tarn::batch {

/// What a batch job is to be: what every scheduler understands.
struct JobRequest {
  std::string name;                ///< a run's name
  std::string deck = "deck.toml";  ///< the file that it runs, in its directory
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

/// Why a deck that is no ensemble has no use for members at once.
inline constexpr const char* at_once_of_one_run =
    "--at-once: this deck is no ensemble, whose members could run together";

/// All ranks of a job; check_request() has seen that they can be counted.
inline int ranks_of(const JobRequest& request) {
  return request.nodes * request.ranks_per_node;
}

/// @throws UsageError for what no scheduler's option may hold: a partition, account or job with anything but letters,
/// digits and . _ - + @ , in its name, or with '-' first; for more ranks than anybody has; for members at once of no
/// ensemble
void check_request(const JobRequest& request);

/// Why no scheduler's option may hold such a name; empty if it may.
std::string flaw_of_name(const std::string& name);

/// A limit as schedulers write it: "04:00:00".
std::string limit_text(std::int64_t seconds);

}  // namespace tarn::batch
