#include "tarn/apps/batch/ensemble_table.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/run_reading.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/raw.hpp"

namespace tarn::batch {

namespace {

/// A field of a CSV file.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// A text without its quotes, any other value as it is in TOML.
std::string value_text(const std::string& toml) {
  const auto node = io::parse_toml_value(toml, {});
  return node && node->kind == io::RawKind::text ? node->text : toml;
}

nlohmann::ordered_json json_value(const std::string& toml) {
  const auto node = io::parse_toml_value(toml, {});
  if (!node) return toml;
  switch (node->kind) {
    case io::RawKind::boolean:
      return node->boolean;
    case io::RawKind::integer:
      return node->integer;
    case io::RawKind::number:
      return node->number;
    default:
      return value_text(toml);
  }
}

std::string joined(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t n = 0; n < fields.size(); ++n)
    line += (n == 0 ? "" : ",") + field(fields[n]);
  return line + "\n";
}

std::vector<std::string> header_of(const EnsembleTable& table) {
  std::vector<std::string> names{"member"};
  names.insert(names.end(), table.keys.begin(), table.keys.end());
  names.insert(names.end(), {"status", "exit_code"});
  names.insert(names.end(), table.history.begin(), table.history.end());
  return names;
}

std::vector<std::string> fields_of(const EnsembleTable& table, const EnsembleTable::Row& row) {
  std::vector<std::string> fields{std::to_string(row.member)};
  for (const auto& value : row.values)
    fields.push_back(value_text(value));
  fields.insert(fields.end(), {row.status, std::to_string(row.exit_code)});
  fields.insert(fields.end(), row.history.begin(), row.history.end());
  fields.resize(header_of(table).size());
  return fields;
}

}  // namespace

EnsembleTable table_of(const EnsembleDirectory& ensemble) {
  EnsembleTable table;
  table.keys = ensemble.keys();
  for (std::size_t n = 0; n < ensemble.size(); ++n) {
    RunReading reading;
    HistoryRow last;
    std::error_code error;
    try {
      reading = read_run(ensemble.member(n));
      last = last_history_row(ensemble.member(n));
      if (!std::filesystem::is_directory(ensemble.member(n), error)) reading.status = "missing";
    } catch (const DataError& flaw) {  // it hides no other
      reading.status = "unknown";
      reading.reason = flaw.what();
    }
    if (table.history.empty()) table.history = last.columns;
    if (last.columns != table.history) last.values.clear();
    table.rows.push_back({n, ensemble.values(n), reading.status, reading.exit_code, reading.reason, last.values});
  }
  return table;
}

std::string csv_text(const EnsembleTable& table) {
  std::string text = joined(header_of(table));
  for (const auto& row : table.rows)
    text += joined(fields_of(table, row));
  return text;
}

std::string json_text(const EnsembleTable& table) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    nlohmann::ordered_json entry;
    entry["member"] = row.member;
    for (std::size_t n = 0; n < row.values.size(); ++n)
      entry["values"][table.keys[n]] = json_value(row.values[n]);
    entry["status"] = row.status;
    entry["exit_code"] = row.exit_code;
    entry["reason"] = row.reason;
    for (std::size_t n = 0; n < row.history.size(); ++n)
      entry["history"][table.history[n]] = std::strtod(row.history[n].c_str(), nullptr);
    json.push_back(std::move(entry));
  }
  return apps::json_text(json);
}

std::string plain_text(const EnsembleTable& table) {
  std::vector<std::vector<std::string>> lines{header_of(table)};
  for (const auto& row : table.rows)
    lines.push_back(fields_of(table, row));
  std::vector<std::size_t> widths(lines[0].size(), 0);
  for (auto& line : lines) {
    for (std::size_t n = 0; n < line.size(); ++n) {
      line[n] = io::shortened(line[n], 24);
      widths[n] = std::max(widths[n], line[n].size());
    }
  }
  std::string text;
  for (const auto& line : lines) {
    std::string shown;
    for (std::size_t n = 0; n < line.size(); ++n)
      shown += fmt::format("{}{:>{}}", n == 0 ? "" : "  ", line[n], widths[n]);
    text += shown + "\n";
  }
  for (const auto& row : table.rows) {
    if (row.status == "failed" || row.status == "unknown")
      text += fmt::format("member {}: {}\n", row.member, io::shortened(row.reason, 300));
  }
  return text;
}

std::string count_text(const EnsembleTable& table) {
  std::map<std::string, int> counts;
  for (const auto& row : table.rows)
    ++counts[row.status];
  std::string text;
  for (const auto& [status, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, io::shortened(status, 24));
  return text;
}

int exit_code_of(const EnsembleTable& table) {
  bool all_done = true;
  for (const auto& row : table.rows) {
    if (row.status == "failed") return row.exit_code;
    all_done = all_done && row.status == "done";
  }
  return all_done ? apps::exit_code::done : apps::exit_code::stopped;
}

}  // namespace tarn::batch
