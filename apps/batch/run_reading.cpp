#include "tarn/apps/batch/run_reading.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/text.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_lock.hpp"

namespace tarn::batch {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<double> number_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

/// Numbers of strangers are not always those of their type.
std::int64_t integer_of(const Json& json, const char* key) {
  constexpr double most = 9e15;
  const double value = number_of(json, key).value_or(0);
  return value > -most && value < most ? static_cast<std::int64_t>(value) : 0;
}

bool is_held(const fs::path& run) {
  return io::lock_state(run).kind == io::LockState::Kind::held;
}

std::string newest_checkpoint(const fs::path& run) {
  std::string newest;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(run / "ckpt", error)) {
    const std::string name = entry.path().filename().string();
    if (name > newest && io::is_dump_name("ckpt/" + name)) newest = name;
  }
  return newest;
}

}  // namespace

RunReading read_run(const fs::path& run) {
  constexpr std::string_view words[] = {"running", "stopped", "failed", "done"};
  constexpr std::uint64_t largest = 16 << 20;  // bytes
  RunReading reading;
  reading.newest_checkpoint = newest_checkpoint(run);
  const auto file = io::open_regular_file(run / "run.json");
  if (!file || file->size() > largest) return reading;
  const auto json = Json::parse(file->read_all(), nullptr, false);
  if (!json.is_object()) return reading;
  reading.status = text_of(json, "status");
  reading.reason = text_of(json, "reason");
  if (std::find(std::begin(words), std::end(words), reading.status) == std::end(words)) {
    reading.status = "unknown";
    reading.reason = "run.json is not what tarn wrote";
  }
  const auto code = integer_of(json, "exit_code");
  reading.exit_code = static_cast<int>(code > 0 && code < 256 ? code : reading.status == "failed" ? 1 : 0);
  reading.run_again = json.value("run_again", Json(false)) == true;
  if (const auto items = json.find("items"); items != json.end() && items->is_object()) {
    reading.items = {integer_of(*items, "all"), integer_of(*items, "done"), integer_of(*items, "failed")};
  }
  reading.steps = integer_of(json, "steps");
  reading.time = number_of(json, "time").value_or(0);
  reading.end = number_of(json, "time_end");
  reading.wall_seconds = number_of(json, "wall_seconds");
  if (const auto beat = json.find("heartbeat"); beat != json.end() && beat->is_object()) {
    reading.heartbeat = number_of(*beat, "at");
    reading.doing = text_of(*beat, "doing");
  }
  if (reading.status == "running" && !is_held(run)) reading.status = "interrupted";
  return reading;
}

HistoryRow last_history_row(const fs::path& run) {
  HistoryRow row;
  const auto file = io::open_regular_file(run / "history.csv");
  if (!file) return row;
  std::string text = file->read_all();
  text.erase(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n'));  // a row is whole with its line's end
  const auto header = text.find('\n');
  row.columns = io::split(text.substr(0, header), ',');
  if (header != std::string::npos) row.values = io::split(text.substr(text.rfind('\n') + 1), ',');
  if (row.values.size() != row.columns.size()) row.values.clear();
  return row;
}

}  // namespace tarn::batch
