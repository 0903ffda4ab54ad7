#include "tarn/apps/pipeline/job.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/pipeline/budget.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/dataset_file.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps::pipeline {

namespace {

namespace fs = std::filesystem;

/// Arrays are written under the names of the files that they were made from.
void check_names(const Program& program, const std::vector<std::string>& names) {
  if (program.arrays.empty()) return;
  std::map<std::string, std::string> seen;
  for (const auto& name : names) {
    const auto [there, is_new] = seen.emplace(fs::path(name).filename().string(), name);
    if (is_new) continue;
    throw UsageError(fmt::format("{} and {} have one file name, under which both would be written to out/",
                                 io::path_text(there->second), io::path_text(name)));
  }
}

void check_program(const RunContext& context, const Job& job, const std::map<std::string, Record>& records) {
  for (const auto& [file, record] : records) {
    if (record.program == job.hash) continue;
    throw UsageError(
        fmt::format("{}: this run did something else: pipeline.dataset, pipeline.step, pipeline.keep, constants or "
                    "run.seed differ; start a new run",
                    io::path_text(context.directory.path())));
  }
}

/// Whether a file may hold all that the shape of its array tells of. What was never written takes no space, and a
/// damaged header may tell any shape.
bool is_stored(const Item& item) {
  constexpr std::uint64_t most_packed = 2000;  // deflate packs a thousandfold at best
  return static_cast<std::uint64_t>(item.signature.bytes()) / most_packed <= item.stamp.size;
}

/// The names of the items that are recorded as done.
/// @param[out] attempt  of the process that continues them
std::vector<std::string> names_of(const std::map<std::string, Record>& records, std::int64_t& attempt) {
  std::vector<std::string> names;
  for (const auto& [file, record] : records) {
    attempt = std::max(attempt, record.attempt + 1);
    if (record.done) names.push_back(file);
  }
  return names;
}

/// Whether an input holds the array of which a record tells. It is read only where it may have changed.
bool is_same_input(const Job& job, const Item& item, const Record& record) {
  if (item.stamp == record.input) return true;
  if (record.input_hash.empty()) return item.stamp.size == record.input.size;  // of an earlier version
  if (!item.flaw.empty()) return false;
  try {
    return hash_array(item.path, job.program.dataset, item.signature) == record.input_hash;
  } catch (const DataError&) {
    return false;  // to do it again tells what is wrong
  }
}

/// Whether the arrays that an item left stand as they were written. They are read only where they may have changed.
bool is_sound_output(const RunContext& context, const Item& item, const Record& record) {
  const fs::path place = context.directory.path() / OutputFile::place_of(item.name);
  const Stamp stamp = stamp_of(place.string());
  if (stamp == record.output && stamp.is_there()) return true;
  if (!stamp.is_there() || stamp.size != record.output.size) return false;
  try {
    if (!record.output_hash.empty()) return io::hash_file(place, stamp.size) == record.output_hash;
    io::hash_datasets(place);  // of an earlier version: every chunk has its checksum
    return true;
  } catch (const DataError&) {
    return false;
  }
}

/// Whether an item need not be done again; notes why it must, where its record says that it is done.
bool is_done(const RunContext& context, Job& job, const Item& item, const Record& record) {
  if (!record.done) return false;
  if (item.stamp.is_there() && !is_same_input(job, item, record)) {
    job.notes.push_back(io::path_text(item.name) + ": has changed since it was done, and is done again");
    return false;
  }
  if (!job.program.arrays.empty() && !is_sound_output(context, item, record)) {
    job.notes.push_back(fmt::format("{}: {} is missing or damaged, and is made again", io::path_text(item.name),
                                    io::path_text(OutputFile::place_of(item.name))));
    return false;
  }
  if (!item.stamp.is_there()) {
    job.notes.push_back(io::path_text(item.name) + ": the input is not there any more; the result that it had is kept");
    job.missing.push_back(item.name);
  }
  return true;
}

}  // namespace

void plan_items(Job& job, std::optional<std::uint64_t> memory) {
  const std::uint64_t limit = memory.value_or(std::numeric_limits<std::uint64_t>::max());
  std::map<std::string, std::shared_ptr<const Plan>> made;
  job.plans.clear();
  for (Item& item : job.items) {
    job.plans.emplace_back();
    if (!item.flaw.empty()) continue;
    const std::string kind = name_of(item.signature.type) + to_string(item.signature.shape);
    const auto found = made.find(kind);
    if (found != made.end()) {
      job.plans.back() = found->second;
      continue;
    }
    try {
      job.plans.back() = std::make_shared<const Plan>(make_plan(job.program, item.signature, limit));
      made.emplace(kind, job.plans.back());
    } catch (const UsageError& error) {
      // The deck's memory is too small for the data, unless they are hardly there: then it is this file's own matter.
      if (!is_stored(item)) {
        item.flaw = error.what();
        continue;
      }
      throw UsageError(fmt::format("{}: {}", io::path_text(item.name), error.what()));
    } catch (const Error& error) {
      item.flaw = error.what();
    }
  }
}

void check_start(const Runtime& runtime, const io::Deck& deck, const std::string& root) {
  const std::uint64_t memory = memory_budget(runtime, deck);
  io::agree_on_root(runtime.communicator(), [&] {
    Job job;
    job.program = program_of(deck);
    const auto names = find_names(deck, root);
    check_names(job.program, names);
    job.items = read_items(deck, root, names);
    plan_items(job, memory);
  });
}

Job prepare_job(const RunContext& context) {
  const auto& ranks = context.runtime.communicator();
  Job job;
  job.program = program_of(context.deck);
  const std::string fingerprint = fingerprint_of(context.deck);
  job.hash = io::hash_text(io::hash64(fingerprint.data(), fingerprint.size()));
  job.stop_on_error = context.deck.text("pipeline.on_error") == "stop";
  std::map<std::string, Record> records;
  std::string text;
  io::agree_on_root(ranks, [&] {
    records = read_records(context.directory.path());
    check_program(context, job, records);
    const auto names = find_names(context.deck, context.request.root, names_of(records, job.attempt));
    check_names(job.program, names);
    text = packed(read_items(context.deck, context.request.root, names));
  });
  job.items = unpacked(ranks.broadcast(text));
  job.attempt = ranks.broadcast(job.attempt);
  job.memory = memory_budget(context.runtime, context.deck);
  ranks.agree([&] { plan_items(job, job.memory); });
  std::string pending;  // a letter for each item
  io::agree_on_root(ranks, [&] {
    for (const Item& item : job.items) {
      const auto found = records.find(item.name);
      pending += found != records.end() && is_done(context, job, item, found->second) ? '0' : '1';
    }
  });
  pending = ranks.broadcast(pending);
  for (std::size_t n = 0; n < job.items.size(); ++n) {
    if (pending[n] == '1') job.pending.push_back(n);
  }
  return job;
}

}  // namespace tarn::apps::pipeline
