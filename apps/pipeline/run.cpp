#include "tarn/apps/driver/run.hpp"

#include <chrono>

#include <fmt/format.h>

#include "tarn/apps/driver/units.hpp"
#include "tarn/apps/pipeline/job.hpp"
#include "tarn/apps/pipeline/output_file.hpp"
#include "tarn/apps/pipeline/pipeline.hpp"
#include "tarn/apps/pipeline/report.hpp"
#include "tarn/apps/pipeline/results.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps::pipeline {

namespace {

using Records = std::map<std::string, Record>;

/// One run of a pipeline, from the first look at its files to the end report.
class Run {
 public:
  explicit Run(const RunContext& context) : context_(context), ranks_(context.runtime.communicator()) {
    summary_.ranks = ranks_.size();
  }

  int run();

 private:
  void begin();
  void announce_outputs() const;
  void work();
  void conclude();
  void tell_failure(const std::exception& error);
  void store_summary();

  const RunContext& context_;
  const Communicator& ranks_;
  Job job_;
  Summary summary_;
};

int Run::run() {
  const auto start = std::chrono::steady_clock::now();
  begin();
  try {
    work();
    summary_.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    io::agree_on_root(ranks_, [&] { conclude(); });
  } catch (const std::exception& error) {
    tell_failure(error);
    throw;
  }
  summary_.exit_code = static_cast<int>(ranks_.broadcast(std::int64_t{summary_.exit_code}));
  if (ranks_.is_root()) {
    context_.observer.report(end_text(summary_, context_.directory.path().string()));
    context_.observer.ended(run_json(context_, summary_));
  }
  return summary_.exit_code;
}

/// Everything that can be wrong is found before the first item is read.
void Run::begin() {
  job_ = prepare_job(context_);
  summary_.items = static_cast<std::int64_t>(job_.items.size());
  summary_.pending = static_cast<std::int64_t>(job_.pending.size());
  summary_.memory = job_.memory;
  summary_.missing_inputs = static_cast<std::int64_t>(job_.missing.size());
  if (ranks_.is_root()) context_.observer.report(header_text(context_, job_));
  for (const auto& note : job_.notes)
    context_.observer.warn(note);
  io::agree_on_root(ranks_, [&] {
    io::make_directories(context_.directory.path() / "items");
    io::write_vouched_once(context_.directory, "deck.toml", context_.deck.text(), "deck");
    store_summary();
    announce_outputs();
  });
}

/// The manifest tells of the files of arrays before there are any: their names are the inputs'.
void Run::announce_outputs() const {
  if (job_.program.arrays.empty()) return;
  std::vector<std::string> files;
  for (const std::size_t number : job_.pending)
    files.push_back(OutputFile::place_of(job_.items[number].name).generic_string());
  io::append_writing(context_.directory.path(), files);
}

void Run::work() {
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
  // A rank that failed keeps the others from no item that they have begun.
  ranks_.agree([&] {
    if (failure) std::rethrow_exception(failure);
  });
  summary_.stopped_by_item = ranks_.max(std::int64_t{stopped}) != 0;
  summary_.signal = static_cast<int>(ranks_.max(std::int64_t{context_.observer.stop_request()}));
}

/// On rank 0: what all ranks have recorded, as results.
void Run::conclude() {
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
  if (!all && summary_.signal != 0 && !summary_.stopped_by_item) {
    summary_.status = "stopped";
    summary_.reason = context_.observer.name_of(summary_.signal);
    summary_.exit_code = exit_code::stopped;
  } else if (summary_.failed > 0) {
    summary_.status = "failed";
    summary_.reason = fmt::format("{} of {} files failed{}", summary_.failed, summary_.items,
                                  all ? "" : ", and the run stopped there");
    summary_.exit_code = exit_code::data;
  } else {
    summary_.status = "done";
  }
  store_summary();
}

void Run::tell_failure(const std::exception& error) {
  if (!ranks_.is_root()) return;
  summary_.status = "failed";
  summary_.exit_code = exit_code_of(error);
  summary_.reason = message_of(error);
  try {
    store_summary();
  } catch (const std::exception& second) {
    context_.observer.warn(fmt::format("run.json could not be written: {}", second.what()));
  }
  context_.observer.ended(run_json(context_, summary_));
}

void Run::store_summary() {
  io::write_vouched(context_.directory, "run.json", run_json(context_, summary_), "summary");
}

}  // namespace

int run_pipeline(const RunContext& context) {
  return Run(context).run();
}

}  // namespace tarn::apps::pipeline
