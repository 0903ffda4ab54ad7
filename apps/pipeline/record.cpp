#include "tarn/apps/pipeline/record.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/text.hpp"

namespace tarn::apps::pipeline {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

/// What a later attempt came to counts instead of what an earlier one did; in one attempt, done instead of failed.
bool replaces(const Record& other, const Record& known) {
  return other.attempt != known.attempt ? other.attempt > known.attempt : other.done || !known.done;
}

Json to_json(const Stamp& stamp) {
  return {stamp.size, stamp.inode, stamp.modified, stamp.changed};
}

/// @param size  that logs of earlier versions have alone
Stamp stamp_from(const nlohmann::json& json, const char* key, const char* size) {
  if (!json.contains(key)) return {json.at(size), 0, 0, 0};
  const auto& list = json.at(key);
  return {list.at(0), list.at(1), list.at(2), list.at(3)};
}

Json to_json(const Record& r) {
  Json scalars = Json::object();
  for (const auto& [name, scalar] : r.scalars) {
    scalars[name] = {static_cast<int>(scalar.type), scalar.whole, fmt::format("{}", scalar.real),
                     fmt::format("{}", scalar.imag)};
  }
  Json json{{"file", r.file},
            {"program", r.program},
            {"attempt", r.attempt},
            {"input", to_json(r.input)},
            {"input_hash", r.input_hash},
            {"done", r.done},
            {"message", r.message},
            {"scalars", scalars},
            {"output_stamp", to_json(r.output)},
            {"output_hash", r.output_hash},
            {"bytes_read", r.bytes_read},
            {"to_device", r.to_device},
            {"to_host", r.to_host},
            {"seconds", r.device_seconds},
            {"read_seconds", r.read_seconds},
            {"pool_peak", r.pool_peak},
            {"block_rows", r.block_rows},
            {"rank", r.rank}};
  if (!io::is_utf8(r.file)) json["file_hex"] = io::hex_of(r.file);
  return json;
}

/// Of a map, since the keys of an ordered_json are searched one by one, and a log may hold anything.
Record from_json(const nlohmann::json& json) {
  Record r;
  r.file = json.at("file");
  r.program = json.at("program");
  if (json.contains("file_hex")) r.file = io::bytes_of_hex(json.at("file_hex").get<std::string>()).value_or(r.file);
  r.attempt = json.value("attempt", std::int64_t{0});
  r.input = stamp_from(json, "input", "file_size");
  r.input_hash = json.value("input_hash", "");
  r.done = json.at("done");
  r.message = json.at("message");
  for (const auto& [name, value] : json.at("scalars").items()) {
    Scalar& scalar = r.scalars[name];
    scalar.type = static_cast<ElementType>(value.at(0).get<int>());
    scalar.whole = value.at(1);
    scalar.real = std::strtod(value.at(2).get<std::string>().c_str(), nullptr);
    scalar.imag = std::strtod(value.at(3).get<std::string>().c_str(), nullptr);
  }
  r.output = stamp_from(json, "output_stamp", "output");
  r.output_hash = json.value("output_hash", "");
  r.bytes_read = json.at("bytes_read");
  r.to_device = json.at("to_device");
  r.to_host = json.at("to_host");
  r.device_seconds = json.at("seconds");
  r.read_seconds = json.value("read_seconds", 0.0);  // logs of earlier versions lack it
  r.pool_peak = json.at("pool_peak");
  r.block_rows = json.at("block_rows");
  r.rank = json.at("rank");
  return r;
}

/// The hash and the text of a line are parted by a blank.
void add_line(const std::string& line, std::map<std::string, Record>& records) {
  const auto blank = line.find(' ');
  if (blank == std::string::npos) return;
  const std::string text = line.substr(blank + 1);
  if (line.substr(0, blank) != io::hash_text(io::hash64(text.data(), text.size()))) return;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return;
  try {
    Record record = from_json(json);
    const auto found = records.find(record.file);
    if (found == records.end()) {
      records.emplace(record.file, std::move(record));
    } else if (replaces(record, found->second)) {
      found->second = std::move(record);
    }
  } catch (const nlohmann::json::exception&) {
    return;  // of another version
  }
}

}  // namespace

Scalar Scalar::of(ElementType type, const void* bytes) {
  Scalar scalar;
  scalar.type = type;
  with_type(type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T value;
    std::memcpy(static_cast<void*>(&value), bytes, sizeof value);
    if constexpr (std::is_same_v<T, Complex>) {
      scalar.real = value.real();
      scalar.imag = value.imag();
    } else if constexpr (std::is_integral_v<T>) {
      scalar.whole = value;
    } else {
      scalar.real = value;
    }
  });
  return scalar;
}

std::string Scalar::text() const {
  if (is_whole(type)) return std::to_string(whole);
  if (type == ElementType::float32) return fmt::format("{}", static_cast<float>(real));
  if (type == ElementType::complex128) return fmt::format("{}{:+}j", real, imag);
  return fmt::format("{}", real);
}

fs::path log_of_rank(const fs::path& run, int rank) {
  return run / "items" / fmt::format("rank-{:04}.jsonl", rank);
}

void append_record(const fs::path& log, const Record& record) {
  const std::string text = to_json(record).dump(-1, ' ', false, Json::error_handler_t::replace);
  io::append_line(log, io::hash_text(io::hash64(text.data(), text.size())) + " " + text + "\n");
}

std::vector<fs::path> logs_in(const fs::path& run) {
  std::vector<fs::path> logs;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(run / "items", missing)) {
    if (entry.path().extension() == ".jsonl" && entry.is_regular_file()) logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

std::map<std::string, Record> read_records(const fs::path& run) {
  std::map<std::string, Record> records;
  for (const auto& log : logs_in(run)) {
    const std::string text = io::read_file(log);
    for (std::size_t start = 0; start < text.size();) {
      const auto end = std::min(text.find('\n', start), text.size());
      add_line(text.substr(start, end - start), records);
      start = end + 1;
    }
  }
  return records;
}

}  // namespace tarn::apps::pipeline
