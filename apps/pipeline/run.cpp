#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/start_or_continue.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/apps/pipeline/beat.hpp"
#include "tarn/apps/pipeline/job.hpp"
#include "tarn/apps/pipeline/output_file.hpp"
#include "tarn/apps/pipeline/pipeline.hpp"
#include "tarn/apps/pipeline/report.hpp"
#include "tarn/apps/pipeline/results.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/manifest.hpp"

namespace tarn::apps::pipeline {

namespace {

using Records = std::map<std::string, Record>;

/// One run of a pipeline, from the first look at its files on. Everything that can be wrong is found before the first
/// item is read.
class PipelineRun : public Work {
 public:
  explicit PipelineRun(const RunContext& context)
      : context_(context), ranks_(context.runtime.communicator()), job_(prepare_job(context)) {
    summary_.items = static_cast<std::int64_t>(job_.items.size());
    summary_.pending = static_cast<std::int64_t>(job_.pending.size());
    summary_.memory = job_.memory;
    summary_.missing_inputs = static_cast<std::int64_t>(job_.missing.size());
  }

  std::string header() const override { return header_text(context_, job_); }
  void start() override;
  Outcome run() override;
  std::string report(const Outcome& outcome) const override {
    return end_text(outcome, summary_, context_.directory.path().string());
  }
  void tell(nlohmann::ordered_json& json) const override { pipeline::tell(summary_, json); }

 private:
  void announce_outputs() const;
  bool work();
  Outcome conclude(bool stopped_by_item, int stop_request);

  const RunContext& context_;
  const Communicator& ranks_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  Job job_;
  Summary summary_;
};

void PipelineRun::start() {
  for (const auto& note : job_.notes)
    context_.observer.warn(note);
  io::agree_on_root(ranks_, [&] {
    io::make_directories(context_.directory.path() / "items");
    announce_outputs();
  });
}

Outcome PipelineRun::run() {
  const bool stopped_by_item = work();
  const auto request = static_cast<int>(ranks_.max(std::int64_t{context_.observer.stop_request()}));
  summary_.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  Outcome outcome;
  io::agree_on_root(ranks_, [&] { outcome = conclude(stopped_by_item, request); });
  outcome.exit_code = static_cast<int>(ranks_.broadcast(std::int64_t{outcome.exit_code}));
  return outcome;
}

/// The manifest tells of the files of arrays before there are any: their names are the inputs'.
void PipelineRun::announce_outputs() const {
  if (job_.program.arrays.empty()) return;
  std::vector<std::string> files;
  for (const std::size_t number : job_.pending)
    files.push_back(OutputFile::place_of(job_.items[number].name).generic_string());
  io::append_writing(context_.directory.path(), files);
}

/// @returns whether a failed item stopped the run
bool PipelineRun::work() {
  std::unique_ptr<Heartbeat> heartbeat;
  io::agree_on_root(ranks_, [&] { heartbeat = beat_of(context_, job_); });
  ItemCounter counter(ranks_);
  std::exception_ptr failure;
  bool stopped = false;
  try {
    Worker worker(context_, job_, counter);
    worker.run();
    stopped = !worker.stopped_by().empty();
  } catch (...) {
    failure = std::current_exception();
    counter.stop();
  }
  context_.observer.progress_ended();
  // A rank that failed keeps the others from no item that they have begun.
  ranks_.agree([&] {
    if (failure) std::rethrow_exception(failure);
  });
  return ranks_.max(std::int64_t{stopped}) != 0;
}

/// On rank 0: what all ranks have recorded, as results.
Outcome PipelineRun::conclude(bool stopped_by_item, int stop_request) {
  Records records = read_records(context_.directory.path());
  std::vector<std::string> files;
  for (const Item& item : job_.items)
    files.push_back(item.name);
  for (const std::size_t number : job_.pending) {
    const auto found = records.find(job_.items[number].name);
    const bool stale = found != records.end() && found->second.done && found->second.attempt != job_.attempt;
    if (stale) records.erase(found);
  }
  for (const auto& name : job_.missing)
    records.at(name).message = "the input is not there any more";
  commit_outputs(context_.directory, job_.program, files, records);
  write_results(context_.directory, job_.program, files, records);
  add_records(summary_, files, records);
  const bool all = summary_.done + summary_.failed == summary_.items;
  if (!all && stop_request != 0 && !stopped_by_item)
    return {RunStatus::stopped, exit_code::stopped, context_.observer.name_of(stop_request)};
  if (summary_.failed == 0) return {RunStatus::done, exit_code::done};
  return {RunStatus::failed, exit_code::data,
          fmt::format("{} of {} files failed{}", summary_.failed, summary_.items,
                      all ? "" : ", and the run stopped there")};
}

}  // namespace

RunRequest PipelineCase::checked(const Runtime&, const RunRequest& request) const {
  if (request.restart && *request.restart != "latest" && !is_auto(request)) {
    throw UsageError(
        fmt::format("--restart {}: pipeline has no checkpoint files; --restart alone continues the newest run, and "
                    "with --run-dir that one",
                    *request.restart));
  }
  return request;
}

std::unique_ptr<Work> PipelineCase::begin(const RunContext& context) const {
  return std::make_unique<PipelineRun>(context);
}

}  // namespace tarn::apps::pipeline
