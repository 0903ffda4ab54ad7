#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/run_control.hpp"
#include "tarn/apps/driver/start_or_continue.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/apps/pipeline/job.hpp"
#include "tarn/apps/pipeline/output_file.hpp"
#include "tarn/apps/pipeline/pipeline.hpp"
#include "tarn/apps/pipeline/report.hpp"
#include "tarn/apps/pipeline/results.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/manifest.hpp"

namespace tarn::apps::pipeline {

namespace {

using Records = std::map<std::string, Record>;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

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
  /// Why it ended before all items were done, if it did; the same on all ranks.
  struct Stop {
    bool by_item = false;  ///< one failed
    int by_request = 0;    ///< of the observer
    RunControl::Wish::Stop by_wish = RunControl::Wish::Stop::no;
  };
  void announce_outputs() const;
  Stop work();
  void tell_so_far(ItemCounter& counter, nlohmann::ordered_json& json) const;
  Outcome conclude(const Stop& stop);

  const RunContext& context_;
  const Communicator& ranks_;
  Clock::time_point began_ = Clock::now();
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
  const Stop stop = work();
  summary_.wall_seconds = seconds_since(began_);
  Outcome outcome;
  io::agree_on_root(ranks_, [&] { outcome = conclude(stop); });
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

/// For run.json while the items are under way.
void PipelineRun::tell_so_far(ItemCounter& counter, nlohmann::ordered_json& json) const {
  Summary so_far = summary_;
  so_far.done = summary_.items - summary_.pending + counter.done();
  so_far.failed = counter.failed();
  so_far.wall_seconds = seconds_since(began_);
  pipeline::tell(so_far, json);
  const auto now = static_cast<double>(counter.done() + counter.failed());
  if (now > 0)
    json["progress"]["seconds_left"] = so_far.wall_seconds * (static_cast<double>(summary_.pending) - now) / now;
}

PipelineRun::Stop PipelineRun::work() {
  constexpr double recording_guess = 2;  // of an item that is done [s]
  RunControl control(ranks_, context_.directory, context_.observer, recording_guess);
  ItemCounter counter(ranks_);
  std::exception_ptr failure;
  Stop stop;
  try {
    Worker worker(context_, job_, counter, control, [&](nlohmann::ordered_json& json) { tell_so_far(counter, json); });
    worker.run();
    stop.by_item = !worker.stopped_by().empty();
    stop.by_wish = worker.wish();
  } catch (...) {
    failure = std::current_exception();
    counter.stop();
  }
  context_.observer.progress_ended();
  // A rank that failed keeps the others from no item that they have begun.
  ranks_.agree([&] {
    if (failure) std::rethrow_exception(failure);
  });
  stop.by_item = ranks_.max(std::int64_t{stop.by_item}) != 0;
  stop.by_wish = static_cast<RunControl::Wish::Stop>(ranks_.max(static_cast<std::int64_t>(stop.by_wish)));
  stop.by_request = static_cast<int>(ranks_.max(std::int64_t{context_.observer.stop_request()}));
  return stop;
}

/// On rank 0: what all ranks have recorded, as results.
Outcome PipelineRun::conclude(const Stop& stop) {
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
  using Wish = RunControl::Wish::Stop;
  const bool for_good = stop.by_wish == Wish::by_file;
  if (!all && !stop.by_item && (stop.by_request != 0 || stop.by_wish != Wish::no)) {
    return {RunStatus::stopped, exit_code::stopped,
            stop.by_request != 0 ? context_.observer.name_of(stop.by_request) : reason_of(stop.by_wish), for_good};
  }
  if (summary_.failed == 0) return {RunStatus::done, exit_code::done};
  return {RunStatus::failed, exit_code::data,
          fmt::format("{} of {} failed{}", summary_.failed, io::counted(summary_.items, "file"),
                      all ? "" : ", and the run stopped there")};
}

}  // namespace

apps::Prepared PipelineCase::checked(const Runtime& runtime, const RunRequest& request) const {
  if (begins_from_file(request)) {
    throw UsageError(
        fmt::format("--restart {}: pipeline has no checkpoint files; --restart alone continues the newest run, and "
                    "with --run-dir that one",
                    *request.restart));
  }
  if (makes_its_directory(runtime.communicator(), deck(), request)) check_start(runtime, deck(), request.root);
  return {request};
}

std::unique_ptr<Work> PipelineCase::begin(const RunContext& context) const {
  return std::make_unique<PipelineRun>(context);
}

}  // namespace tarn::apps::pipeline
