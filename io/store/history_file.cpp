#include "tarn/io/store/history_file.hpp"

#include <fcntl.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

std::string header_of(const std::vector<std::string>& columns) {
  std::string header = "step,time";
  for (const auto& name : columns) {
    if (name.empty() || name.find_first_of(",\"\r\n") != std::string::npos) {
      throw UsageError(fmt::format("history column \"{}\": a name has no comma, quote or line end", name));
    }
    header += "," + name;
  }
  return header;
}

bool is_number(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  std::strtod(copy.c_str(), &end);
  return !copy.empty() && end == copy.c_str() + copy.size();
}

/// The step of a row that is whole: an integer, then `numbers` numbers; nothing for a torn row.
std::optional<std::int64_t> step_of(std::string_view row, std::size_t numbers) {
  std::int64_t step = 0;
  const auto [rest, error] = std::from_chars(row.data(), row.data() + row.size(), step);
  if (error != std::errc{}) return std::nullopt;
  row.remove_prefix(static_cast<std::size_t>(rest - row.data()));
  std::size_t found = 0;
  while (!row.empty()) {
    if (row[0] != ',') return std::nullopt;
    row.remove_prefix(1);
    const auto field = row.substr(0, row.find(','));
    if (!is_number(field)) return std::nullopt;
    row.remove_prefix(field.size());
    ++found;
  }
  return found == numbers ? std::optional(step) : std::nullopt;
}

struct Kept {
  std::string content;
  int torn = 0;
};

/// @param rows  the file's content after its header row
Kept keep_until(std::string_view rows, std::int64_t last, std::size_t numbers) {
  Kept kept;
  while (!rows.empty()) {
    const auto end = rows.find('\n');
    const auto row = rows.substr(0, end);
    const auto step = end == std::string_view::npos ? std::nullopt : step_of(row, numbers);
    if (!step) ++kept.torn;
    if (step && *step <= last) kept.content.append(row).append("\n");
    rows.remove_prefix(end == std::string_view::npos ? rows.size() : end + 1);
  }
  return kept;
}

/// The manifest vouches for the rows of before until they are announced as rewritten.
void rewrite(const RunDirectory& run, const fs::path& relative, std::string_view content) {
  append_writing(run.path(), {relative.generic_string()});
  run.write_file(relative, content);
}

}  // namespace

HistoryFile::HistoryFile(const RunDirectory& run, const fs::path& relative, std::string_view content,
                         std::size_t columns, int torn_rows)
    : run_(run.path()),
      relative_(relative),
      file_(FileDescriptor::open(run.resolve(relative), O_WRONLY | O_APPEND | O_NOFOLLOW)),
      size_(content.size()),
      columns_(columns),
      torn_rows_(torn_rows) {
  hash_.add(content.data(), content.size());
}

HistoryFile HistoryFile::create(const RunDirectory& run, const fs::path& relative,
                                const std::vector<std::string>& columns) {
  const std::string header = header_of(columns) + "\n";
  rewrite(run, relative, header);
  HistoryFile history(run, relative, header, columns.size(), 0);
  history.vouch();
  return history;
}

HistoryFile HistoryFile::resume(const RunDirectory& run, const fs::path& relative,
                                const std::vector<std::string>& columns, std::int64_t step) {
  const fs::path path = run.resolve(relative);
  if (!fs::exists(fs::symlink_status(path))) return create(run, relative, columns);

  const std::string header = header_of(columns) + "\n";
  const std::string content = read_file(path);
  if (content.rfind(header, 0) != 0) {
    const std::string found = content.substr(0, content.find('\n'));
    throw Corrupt(path, fmt::format("its header is \"{}\", this run's is \"{}\"", found.substr(0, 200),
                                    header.substr(0, header.size() - 1)));
  }
  const Kept kept = keep_until(std::string_view(content).substr(header.size()), step, columns.size() + 1);
  const std::string rest = header + kept.content;
  if (rest != content) rewrite(run, relative, rest);
  HistoryFile history(run, relative, rest, columns.size(), kept.torn);
  if (vouches_for(read_manifest(run.path()), history.entry())) history.vouched_for_ = history.size_;
  history.vouch();
  return history;
}

void HistoryFile::append(std::int64_t step, double time, const std::vector<double>& values) {
  if (values.size() != columns_) {
    throw ShapeMismatch(fmt::format("history row of {} values for {} columns", values.size(), columns_));
  }
  std::string row = fmt::format("{},{}", step, time);
  for (const double value : values)
    row += fmt::format(",{}", value);
  row += '\n';
  const std::uint64_t whole = file_.size();
  try {
    file_.write(row);
  } catch (...) {
    file_.resize(whole);
    throw;
  }
  hash_.add(row.data(), row.size());
  size_ += row.size();
}

void HistoryFile::flush() {
  file_.sync_data();
  vouch();
}

void HistoryFile::vouch() {
  if (vouched_for_ == size_) return;
  append_commit(run_, entry());
  vouched_for_ = size_;
}

ManifestEntry HistoryFile::entry() const {
  ManifestEntry entry;
  entry.file = relative_.generic_string();
  entry.kind = "history";
  entry.size = size_;
  entry.hash = hash_text(hash_.value());
  return entry;
}

}  // namespace tarn::io
