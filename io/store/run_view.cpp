#include "tarn/io/store/run_view.hpp"

#include <algorithm>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/text.hpp"
#include "tarn/io/store/run_lock.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

/// Whether a process holds a run; nothing where its lock may not be read.
std::optional<bool> is_held(const fs::path& run) {
  try {
    return lock_state(run).kind == LockState::Kind::held;
  } catch (const Io&) {
    return {};
  }
}

template <class Number>
Number number_of(std::string_view text, const fs::path& file) {
  const auto number = number_in<Number>(text);
  if (!number) throw Corrupt(file, "a row holds what is no number");
  return *number;
}

void add_row(std::string_view line, const fs::path& file, HistoryTable& table) {
  const auto parts = views_between(line, ',');
  if (parts.size() != table.columns.size() + 2) throw Corrupt(file, "a row has not as many numbers as the header");
  table.steps.push_back(number_of<std::int64_t>(parts[0], file));
  table.times.push_back(number_of<double>(parts[1], file));
  auto& row = table.rows.emplace_back();
  for (std::size_t n = 2; n < parts.size(); ++n)
    row.push_back(number_of<double>(parts[n], file));
}

}  // namespace

RunView::RunView(const fs::path& run) : path_(run), manifest_(read_manifest(run)), summary_(read_run_json(run)) {}

std::string RunView::status() const {
  const auto held = is_held(path_);
  if (held.value_or(false)) return "running";
  const bool has_run = summary_.status || fs::exists(path_ / "deck.toml");  // a run may fail before it stores its deck
  if (!has_run) return "datasets";
  const std::string status = summary_.status.value_or("unknown");
  return status == "running" && held ? "killed" : status;
}

std::optional<std::int64_t> RunView::steps() const {
  const std::string status = this->status();
  const bool ended = status == "done" || status == "stopped" || status == "failed";
  const auto& entries = manifest_.entries;
  const auto newest = std::find_if(entries.rbegin(), entries.rend(), [](const ManifestEntry& entry) {
    return entry.kind == "checkpoint" || entry.kind == "snapshot";
  });
  return !ended && newest != entries.rend() ? newest->step : summary_.steps;
}

std::vector<ManifestEntry> RunView::files(const std::string& kind) const {
  std::vector<ManifestEntry> found;
  for (const ManifestEntry& entry : manifest_.entries) {
    if (entry.kind == kind) found.push_back(entry);
  }
  return found;
}

std::string RunView::deck() const {
  const auto file = open_regular_file(path_ / "deck.toml");
  if (!file) throw Missing(path_ / "deck.toml", "there is no such file");
  return file->read_all();
}

HistoryTable RunView::history() const {
  const fs::path place = path_ / "history.csv";
  HistoryTable table;
  const auto file = open_regular_file(place);
  if (!file) return table;
  const std::string text = file->read_all();
  bool is_header = true;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find('\n', start);
    if (end == std::string::npos) break;  // it is being written, or a crash tore it
    const std::string_view line(text.data() + start, end - start);
    start = end + 1;
    if (!is_header) {
      add_row(line, place, table);
      continue;
    }
    const auto names = views_between(line, ',');
    if (names.size() < 2 || names[0] != "step" || names[1] != "time")
      throw Corrupt(place, "has no header of a history");
    table.columns.assign(names.begin() + 2, names.end());
    is_header = false;
  }
  return table;
}

}  // namespace tarn::io
