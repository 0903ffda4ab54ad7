#include "tarn/io/store/run_json.hpp"

#include <nlohmann/json.hpp>

#include "tarn/io/files/file_operations.hpp"

namespace tarn::io {

RunJson read_run_json(const std::filesystem::path& run) {
  constexpr std::uint64_t largest = 16 << 20;  // bytes
  const auto file = open_regular_file(run / "run.json");
  if (!file || file->size() > largest) return {};
  return parse_run_json(file->read_all());
}

RunJson parse_run_json(std::string_view text) {
  // Never copied: the parser takes any nesting, but a copy goes as deep as what is copied.
  const auto json = nlohmann::json::parse(text, nullptr, false);
  RunJson told;
  if (!json.is_object()) return told;
  if (const auto status = json.find("status"); status != json.end() && status->is_string()) {
    told.status = status->get<std::string>();
  }
  if (const auto steps = json.find("steps"); steps != json.end() && steps->is_number_unsigned()) {
    const auto count = steps->get<std::uint64_t>();
    if (count <= INT64_MAX) told.steps = static_cast<std::int64_t>(count);
  }
  const auto batch = json.find("batch");
  told.in_batch = batch != json.end() && batch->is_string();
  if (const auto versions = json.find("versions"); versions != json.end() && versions->is_object()) {
    const auto version = versions->find("tarn");
    if (version != versions->end() && version->is_string()) told.version = version->get<std::string>();
  }
  return told;
}

}  // namespace tarn::io
