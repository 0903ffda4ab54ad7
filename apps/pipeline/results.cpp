#include "tarn/apps/pipeline/results.hpp"

#include <unistd.h>

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "tarn/apps/pipeline/array_file.hpp"
#include "tarn/apps/pipeline/output_file.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps::pipeline {

namespace {

using Records = std::map<std::string, Record>;

/// A field of a CSV file, in quotes where it needs them (RFC 4180).
std::string csv(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

const Record* find(const Records& records, const std::string& file) {
  const auto found = records.find(file);
  return found == records.end() ? nullptr : &found->second;
}

std::string status_of(const Record* record) {
  if (record == nullptr) return "missing";
  return record->done ? "done" : "failed";
}

std::string results_text(const Program& program, const std::vector<std::string>& files, const Records& records) {
  std::string text = "file,status";
  for (const auto& name : program.scalars)
    text.append(1, ',').append(name);
  text += '\n';
  for (const auto& file : files) {
    const Record* record = find(records, file);
    text += fmt::format("{},{}", csv(file), status_of(record));
    for (const auto& name : program.scalars) {
      text += ',';
      if (record && record->done) text += record->scalars.at(name).text();
    }
    text += '\n';
  }
  return text;
}

std::string items_text(const std::vector<std::string>& files, const Records& records) {
  std::string text =
      "file,status,bytes_read,bytes_to_device,bytes_to_host,read_seconds,device_seconds,pool_peak,block_rows,rank,"
      "message\n";
  for (const auto& file : files) {
    const Record* r = find(records, file);
    if (r == nullptr) {
      text += csv(file) + ",missing,,,,,,,,,\n";
      continue;
    }
    text += fmt::format("{},{},{},{},{},{:.6f},{:.6f},{},{},{},{}\n", csv(file), status_of(r), r->bytes_read,
                        r->to_device, r->to_host, r->read_seconds, r->device_seconds, r->pool_peak, r->block_rows,
                        r->rank, csv(r->message));
  }
  return text;
}

/// The type that holds the values of all items: int64, float64 or complex128.
ElementType column_type(const std::string& name, const Records& records) {
  std::optional<ElementType> type;
  for (const auto& [file, record] : records) {
    if (!record.done) continue;
    const ElementType own = record.scalars.at(name).type;
    const ElementType wide = is_whole(own)                    ? ElementType::int64
                             : own == ElementType::complex128 ? own
                                                              : ElementType::float64;
    type = type ? promoted(*type, wide) : wide;
  }
  return type.value_or(ElementType::float64);
}

void write_column(ArrayFile& out, const std::string& name, const std::vector<std::string>& files,
                  const Records& records) {
  const ElementType type = column_type(name, records);
  const auto rows = static_cast<std::int64_t>(files.size());
  out.create(name, {type, {1, {rows}}});
  const double missing = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::int64_t> whole;
  std::vector<double> real;
  for (const auto& file : files) {
    const Record* record = find(records, file);
    const bool done = record != nullptr && record->done;
    const Scalar value = done ? record->scalars.at(name) : Scalar{type, 0, missing, missing};
    whole.push_back(value.whole);
    real.push_back(is_whole(value.type) ? static_cast<double>(value.whole) : value.real);
    if (type == ElementType::complex128) real.push_back(value.imag);
  }
  out.write_rows(name, 0, rows, is_whole(type) ? static_cast<const void*>(whole.data()) : real.data());
}

}  // namespace

void write_results(const io::RunDirectory& run, const Program& program, const std::vector<std::string>& files,
                   const Records& records) {
  const auto temporary = run.temporary_for("results.h5");
  try {
    ArrayFile out(temporary);
    out.write_texts("file", files);
    out.create("done", {ElementType::uint8, {1, {static_cast<std::int64_t>(files.size())}}});
    std::vector<std::uint8_t> done;
    for (const auto& file : files) {
      const Record* record = find(records, file);
      done.push_back(record != nullptr && record->done);
    }
    out.write_rows("done", 0, static_cast<std::int64_t>(files.size()), done.data());
    for (const auto& name : program.scalars)
      write_column(out, name, files, records);
    out.finish();
    io::append_writing(run.path(), {"results.h5"});
    run.put_in_place(temporary, "results.h5");
    io::append_commit(run.path(), io::entry_of_file(run.path(), "results.h5", "results"));
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  io::write_vouched(run, "items.csv", items_text(files, records), "results");
  io::write_vouched(run, "results.csv", results_text(program, files, records), "results");
}

void commit_outputs(const io::RunDirectory& run, const Program& program, const std::vector<std::string>& files,
                    const Records& records) {
  const io::Manifest manifest = io::read_manifest(run.path());
  std::vector<io::ManifestEntry> entries;
  for (const auto& file : files) {
    const Record* record = find(records, file);
    if (program.arrays.empty() || record == nullptr || !record->done) continue;
    const std::string place = OutputFile::place_of(file).generic_string();
    io::ManifestEntry entry;
    entry.file = place;
    entry.kind = "arrays";
    entry.size = record->output.size;
    entry.hash = record->output_hash;
    if (entry.hash.empty()) entry = io::entry_of_file(run.path(), place, entry.kind);  // of an earlier version
    if (!io::vouches_for(manifest, entry)) entries.push_back(entry);
  }
  for (const auto& log : logs_in(run.path())) {
    const std::string place = log.lexically_relative(run.path()).generic_string();
    entries.push_back(io::entry_of_file(run.path(), place, "log"));
    if (io::vouches_for(manifest, entries.back())) entries.pop_back();
  }
  io::append_commits(run.path(), entries);
}

}  // namespace tarn::apps::pipeline
