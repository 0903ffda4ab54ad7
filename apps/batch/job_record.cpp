#include "tarn/apps/batch/job_record.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/ensemble_directory.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/text.hpp"

namespace tarn::batch {

namespace {
constexpr const char* record_file = "job.json";
}

void write_record(const std::filesystem::path& directory, const JobRecord& record) {
  nlohmann::ordered_json json;
  json["scheduler"] = record.scheduler;
  json["job"] = record.job;
  json["submitted"] = record.submitted;
  put_file(directory / record_file, apps::json_text(json));
}

JobRecord read_record(const std::filesystem::path& directory) {
  const auto path = directory / record_file;
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error))
    throw DataError(io::path_text(directory) +
                    (std::filesystem::exists(directory, error) ? ": is no directory" : ": there is no such directory"));
  const auto file = io::open_regular_file(path);
  if (!file) throw DataError(io::path_text(path) + ": there is none: no job was submitted for this directory");
  const auto json = nlohmann::json::parse(file->read_all(), nullptr, false);
  try {
    JobRecord record{json.at("scheduler"), json.at("job"), json.at("submitted")};
    // The number goes back to the scheduler's tools.
    if (io::is_digits(record.job)) return record;
  } catch (const nlohmann::json::exception&) {
    // told below
  }
  throw DataError(io::path_text(path) + ": is not what tarn wrote");
}

}  // namespace tarn::batch
