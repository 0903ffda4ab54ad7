#pragma once

#include <filesystem>
#include <string>

#include "tarn/apps/batch/job_request.hpp"

namespace tarn::batch {

/// What a directory keeps of the job that was submitted for it: job.json.
struct JobRecord {
  std::string scheduler, job;
  std::string submitted;  ///< UTC
};

/// @throws Io, NoSpace
void write_record(const std::filesystem::path& directory, const JobRecord& record);

/// @throws DataError if there is none, or it is not what tarn wrote
JobRecord read_record(const std::filesystem::path& directory);

}  // namespace tarn::batch
