#include "tarn/apps/pipeline/job.hpp"

#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/pipeline/budget.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/content_hash.hpp"

namespace tarn::apps::pipeline {

namespace {

namespace fs = std::filesystem;

/// Arrays are written under the names of the files that they were made from.
void check_names(const Job& job) {
  if (job.program.arrays.empty()) return;
  std::map<std::string, std::string> seen;
  for (const Item& item : job.items) {
    const auto [there, is_new] = seen.emplace(fs::path(item.name).filename().string(), item.name);
    if (is_new) continue;
    throw UsageError(fmt::format("{} and {} have one file name, under which both would be written to out/",
                                 there->second, item.name));
  }
}

void check_program(const RunContext& context, const Job& job, const std::map<std::string, Record>& records) {
  for (const auto& [file, record] : records) {
    if (record.program == job.hash) continue;
    throw UsageError(
        fmt::format("{}: this run did something else: pipeline.dataset, pipeline.step, pipeline.keep, constants or "
                    "run.seed differ; start a new run",
                    context.directory.path().string()));
  }
}

/// Whether a file may hold all that the shape of its array tells of. What was never written takes no space, and a
/// damaged header may tell any shape.
bool is_stored(const Item& item) {
  constexpr std::uint64_t most_packed = 2000;  // deflate packs a thousandfold at best
  return static_cast<std::uint64_t>(item.signature.bytes()) / most_packed <= item.size;
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
      throw UsageError(fmt::format("{}: {}", item.name, error.what()));
    } catch (const Error& error) {
      item.flaw = error.what();
    }
  }
}

Job prepare_job(const RunContext& context, std::map<std::string, Record>& done) {
  const auto& ranks = context.runtime.communicator();
  Job job;
  job.program = program_of(context.deck);
  const std::string fingerprint = fingerprint_of(context.deck);
  job.hash = io::hash_text(io::hash64(fingerprint.data(), fingerprint.size()));
  job.stop_on_error = context.deck.text("pipeline.on_error") == "stop";
  std::string text;
  io::agree_on_root(ranks, [&] { text = packed(find_items(context.deck, context.request.root)); });
  job.items = unpacked(ranks.broadcast(text));
  job.memory = memory_budget(context.runtime, context.deck);
  ranks.agree([&] {
    check_names(job);
    plan_items(job, job.memory);
  });
  std::string pending;  // a letter for each item
  io::agree_on_root(ranks, [&] {
    done = read_records(context.directory.path());
    check_program(context, job, done);
    for (const Item& item : job.items) {
      const auto found = done.find(item.name);
      const bool is = found != done.end() && is_done(context, job, item, found->second);
      if (!is && found != done.end()) done.erase(found);
      pending += is ? '0' : '1';
    }
  });
  pending = ranks.broadcast(pending);
  for (std::size_t n = 0; n < job.items.size(); ++n) {
    if (pending[n] == '1') job.pending.push_back(n);
  }
  return job;
}

bool is_done(const RunContext& context, const Job& job, const Item& item, const Record& record) {
  if (!record.done || (item.flaw.empty() && record.file_size != item.size)) return false;
  if (job.program.arrays.empty()) return true;
  std::error_code missing;
  const auto size = fs::file_size(context.directory.path() / OutputFile::place_of(item.name), missing);
  return !missing && size == record.output_size;
}

}  // namespace tarn::apps::pipeline
