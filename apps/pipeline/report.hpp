#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/pipeline/job.hpp"

namespace tarn::apps::pipeline {

/// What run.json and the end report tell.
struct Summary {
  std::int64_t items = 0, pending = 0, done = 0, failed = 0;
  std::int64_t missing_inputs = 0;                           ///< of items that are done
  std::uint64_t bytes_read = 0, to_device = 0, to_host = 0;  ///< of all items, earlier processes counted
  double read_seconds = 0, device_seconds = 0;               ///< likewise, of all ranks
  std::uint64_t pool_peak = 0;                               ///< the largest of a rank [bytes]
  std::uint64_t memory = 0;                                  ///< that a rank may hold [bytes]
  double wall_seconds = 0;                                   ///< of this process
};

/// Counts and adds up what the records of a run tell.
void add_records(Summary& summary, const std::vector<std::string>& files, const std::map<std::string, Record>& records);

/// The lines before the first item.
std::string header_text(const RunContext& context, const Job& job);

/// The lines at the end.
std::string end_text(const Outcome& outcome, const Summary& summary, const std::string& directory);

/// Adds what run.json tells of a pipeline beyond what it tells of every run.
void tell(const Summary& summary, nlohmann::ordered_json& json);

}  // namespace tarn::apps::pipeline
