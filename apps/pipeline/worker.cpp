#include "tarn/apps/pipeline/worker.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps::pipeline {

namespace {

constexpr const char* results_label = "pipeline::results";

/// Blocks of an item's file, one read ahead.
class FileBlocks : public BlockSource {
 public:
  /// @param begun  is told the first row of each block that is there
  FileBlocks(IoThread& files, const Spaces& spaces, const Item& item, const std::string& dataset,
             const std::string& label, std::function<void(std::int64_t)> begun)
      : files_(files),
        spaces_(spaces),
        item_(item),
        dataset_(dataset),
        label_(label),
        begun_(std::move(begun)),
        hash_(std::make_shared<ArrayHash>(item.signature)) {}

  void expect(std::int64_t first, std::int64_t rows) override {
    ahead_ = std::make_unique<Loading>(files_, spaces_, item_, dataset_, first, rows, hash_, label_);
    bytes_read_ += static_cast<std::uint64_t>(rows * row_bytes(item_.signature));
  }
  Array take(std::int64_t first, std::int64_t rows) override {
    if (!ahead_ || ahead_->first() != first) expect(first, rows);
    Array block = ahead_->take();
    read_seconds_ += ahead_->read_seconds();
    ahead_.reset();
    begun_(first);
    return block;
  }
  std::uint64_t bytes_read() const { return bytes_read_; }
  double read_seconds() const { return read_seconds_; }
  /// Once nothing is being read.
  std::string hash() const { return hash_->text(); }

 private:
  IoThread& files_;
  const Spaces& spaces_;
  const Item& item_;
  const std::string& dataset_;
  std::string label_;
  std::function<void(std::int64_t)> begun_;
  std::shared_ptr<ArrayHash> hash_;
  std::unique_ptr<Loading> ahead_;
  std::uint64_t bytes_read_ = 0;
  double read_seconds_ = 0;
};

}  // namespace

struct Worker::Downloads {
  struct One {
    std::string name;
    Signature signature;
    AsyncDownload<std::uint8_t, 1> bytes;
  };
  std::vector<One> scalars, arrays;

  /// Starts the copies of all that is kept and whole; the arrays may go on the device.
  void start(const Space& space, const Program& program, const std::map<std::string, Array>& kept) {
    const auto add = [&](const std::vector<std::string>& names, std::vector<One>& to) {
      for (const auto& name : names) {
        const auto found = kept.find(name);
        if (found == kept.end()) continue;  // it went to the file block by block
        to.push_back(
            {name, found->second.signature, AsyncDownload<std::uint8_t, 1>(space, found->second.bytes, results_label)});
      }
    };
    add(program.scalars, scalars);
    add(program.arrays, arrays);
  }
  void wait(Record& record) {
    for (auto& one : scalars)
      record.scalars[one.name] = Scalar::of(one.signature.type, one.bytes.wait().data());
    for (auto& one : arrays)
      one.bytes.wait();
  }
};

Worker::Worker(const RunContext& context, const Job& job, ItemCounter& counter, RunControl& control,
               RunControl::Tell tell)
    : context_(context),
      job_(job),
      counter_(counter),
      control_(control),
      tell_(std::move(tell)),
      spaces_{context.runtime.space(), kokkos_compat::new_instance<Space>()} {
  context.runtime.pool().set_limit(job.memory);
}

Worker::~Worker() {
  if (committing_.valid()) committing_.wait();
  spaces_.copy.fence();
  spaces_.compute.fence();
  context_.runtime.pool().set_limit(OutOfMemory::no_limit);
}

/// Loads of two items are under way at once: each has a label of its own in the ledger.
std::string Worker::load_label(std::size_t number) const {
  return number % 2 == 0 ? "pipeline::data (even)" : "pipeline::data (odd)";
}

std::uint64_t Worker::crossed(Direction direction, const std::string& label) const {
  return context_.runtime.transfers().of(label, direction).bytes;
}

std::optional<Worker::Task> Worker::claim() {
  if (context_.observer.stop_request() != 0 || wish_ != RunControl::Wish::Stop::no) counter_.stop();
  const std::int64_t place = counter_.next();
  tell_progress();
  if (place >= static_cast<std::int64_t>(job_.pending.size())) return {};
  Task task;
  task.number = job_.pending[static_cast<std::size_t>(place)];
  return task;
}

void Worker::tell_progress() const {
  const double walltime = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  if (!context_.runtime.communicator().is_root() || !context_.observer.wants_progress(walltime)) return;
  Progress now;  // without a time step: the listener counts items
  now.step = static_cast<double>(counter_.done() + counter_.failed());
  now.time = now.step;
  now.end = static_cast<double>(job_.pending.size());
  now.seconds_left = walltime * (now.end - now.step) / now.step;
  context_.observer.progress(now, walltime);
}

void Worker::start_loading(Task& task) {
  const std::string label = load_label(task.number);
  task.to_device_before = crossed(Direction::to_device, label);
  const Item& file = item(task);
  task.hash = std::make_shared<ArrayHash>(file.signature);
  task.loading = std::make_unique<Loading>(files_, spaces_, file, job_.program.dataset, 0,
                                           rows_of(file.signature.shape), task.hash, label);
}

void Worker::run() {
  if (is_to_stop()) counter_.stop();  // it may be late already, and from here on the first item's time is known
  std::optional<Task> task = claim();
  while (task) {
    std::optional<Task> next = claim();
    process(*task, next ? &*next : nullptr);
    task = std::move(next);
    if (is_to_stop()) {
      counter_.stop();
      break;
    }
  }
  task.reset();
  wait_for_commit();
  control_.doing("the items of other ranks");
}

/// Between two items.
bool Worker::is_to_stop() {
  const RunControl::Wish wish = control_.look_alone(tell_);
  wish_ = std::max(wish_, wish.stop);
  if (wish.checkpoint) wait_for_commit();  // what was done is recorded then
  return context_.observer.stop_request() != 0 || !stopped_by_.empty() || wish_ != RunControl::Wish::Stop::no;
}

void Worker::process(Task& task, Task* next) {
  control_.doing(io::path_text(item(task).name));
  auto record = std::make_shared<Record>();
  record->file = item(task).name;
  record->program = job_.hash;
  record->attempt = job_.attempt;
  record->input = item(task).stamp;
  record->rank = context_.runtime.communicator().rank();
  try {
    if (!item(task).flaw.empty()) throw DataError(item(task).flaw);
    if (plan(task).streams) {
      process_streamed(task, *record);
    } else {
      process_whole(task, next, *record);
    }
  } catch (const std::exception& error) {
    task.loading.reset();
    spaces_.compute.fence();
    record->done = false;
    record->message = message_of(error);
    record->scalars.clear();
    commit(record, nullptr, nullptr);
  }
}

bool Worker::fits_beside(const Task& task, const Task& next) const {
  if (!item(next).flaw.empty() || plan(next).streams) return false;
  const std::int64_t ahead = item(next).signature.bytes();
  return static_cast<std::uint64_t>(plan(task).bytes + ahead + ahead / 4) <= job_.memory;
}

void Worker::process_whole(Task& task, Task* next, Record& record) {
  if (!task.loading) start_loading(task);
  Array data = task.loading->take();
  record.read_seconds = task.loading->read_seconds();
  record.input_hash = task.hash->text();
  task.loading.reset();
  record.bytes_read = static_cast<std::uint64_t>(item(task).signature.bytes());
  record.to_device = crossed(Direction::to_device, load_label(task.number)) - task.to_device_before;
  if (next != nullptr && fits_beside(task, *next)) start_loading(*next);

  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t to_host_before = crossed(Direction::to_host, results_label);
  auto downloads = std::make_shared<Downloads>();
  {
    const auto kept = evaluate_whole({spaces_.compute, job_.program, plan(task), task.number}, std::move(data));
    Event computed;
    computed.record(spaces_.compute);
    wait_for_commit();  // the host buffers of one item are written at a time
    downloads->start(spaces_.compute, job_.program, kept);
    while (!computed.done()) {
      if (next != nullptr && next->loading) next->loading->poll();
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  }
  record.device_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  downloads->wait(record);
  record.to_host = crossed(Direction::to_host, results_label) - to_host_before;
  record.pool_peak = context_.runtime.pool().statistics().peak;
  record.done = true;
  commit(std::make_shared<Record>(record), nullptr, downloads);
}

void Worker::process_streamed(Task& task, Record& record) {
  wait_for_commit();
  const std::string label = load_label(task.number);
  const std::uint64_t to_device_before = crossed(Direction::to_device, label);
  const std::uint64_t to_host_before = crossed(Direction::to_host, results_label);
  const auto begin = std::chrono::steady_clock::now();
  std::shared_ptr<OutputFile> file;
  auto downloads = std::make_shared<Downloads>();
  try {
    if (!job_.program.arrays.empty()) {
      files_
          .run([&] {
            file = std::make_shared<OutputFile>(context_.directory, item(task).name);
            for (const auto& name : job_.program.arrays)
              file->arrays().create(name, plan(task).signatures.at(name));
          })
          .get();
    }
    std::future<void> writing;
    const BlockSink sink = [&](const std::string& name, std::int64_t first, const Array& block) {
      auto bytes = std::make_shared<AsyncDownload<std::uint8_t, 1>>(spaces_.compute, block.bytes, results_label);
      bytes->wait();
      if (writing.valid()) writing.get();
      const std::int64_t rows = rows_of(block.signature.shape);
      writing = files_.run(
          [file, name, first, rows, bytes] { file->arrays().write_rows(name, first, rows, bytes->wait().data()); });
    };
    FileBlocks blocks(files_, spaces_, item(task), job_.program.dataset, label, [&](std::int64_t first) {
      control_.doing(fmt::format("{} from row {} on", io::path_text(item(task).name), first));
    });
    const auto kept = evaluate_streamed({spaces_.compute, job_.program, plan(task), task.number}, blocks, sink);
    downloads->start(spaces_.compute, job_.program, kept);
    downloads->wait(record);
    if (writing.valid()) writing.get();
    record.bytes_read = blocks.bytes_read();
    record.read_seconds = blocks.read_seconds();
    record.input_hash = blocks.hash();
  } catch (...) {
    spaces_.compute.fence();
    drop(std::move(file));
    throw;
  }
  record.device_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  record.to_device = crossed(Direction::to_device, label) - to_device_before;
  record.to_host = crossed(Direction::to_host, results_label) - to_host_before;
  record.pool_peak = context_.runtime.pool().statistics().peak;
  record.block_rows = plan(task).block_rows;
  record.done = true;
  commit(std::make_shared<Record>(record), std::move(file), downloads);
}

/// HDF5's objects die on the file thread.
void Worker::drop(std::shared_ptr<OutputFile> file) {
  if (!file) return;
  auto last = std::make_shared<std::shared_ptr<OutputFile>>(std::move(file));
  files_.run([last] { last->reset(); }).wait();
}

/// Has an item written behind: its arrays first, then its record, with which it counts as done.
/// @param file    of an item that streamed; otherwise one is made if there are arrays
void Worker::commit(std::shared_ptr<Record> record, std::shared_ptr<OutputFile> file,
                    std::shared_ptr<Downloads> arrays) {
  wait_for_commit();
  committing_record_ = record;
  const auto log = log_of_rank(context_.directory.path(), record->rank);
  auto held = std::make_shared<std::shared_ptr<OutputFile>>(std::move(file));
  committing_ = files_.run([this, record, held, arrays, log] {
    try {
      if (record->done && !job_.program.arrays.empty()) {
        const bool made_here = !*held;
        if (made_here) *held = std::make_shared<OutputFile>(context_.directory, record->file);
        for (auto& one : arrays->arrays) {
          if (made_here) (*held)->arrays().create(one.name, one.signature);
          (*held)->arrays().write_rows(one.name, 0, rows_of(one.signature.shape), one.bytes.wait().data());
        }
        const auto committed = (*held)->commit();
        record->output = committed.stamp;
        record->output_hash = committed.hash;
      }
    } catch (const std::exception& error) {
      record->done = false;
      record->message = message_of(error);
      record->scalars.clear();
    }
    held->reset();
    append_record(log, *record);
  });
}

void Worker::wait_for_commit() {
  if (!committing_.valid()) return;
  committing_.get();
  const std::shared_ptr<Record> record = std::move(committing_record_);
  committing_record_ = nullptr;
  counter_.count(record->done);
  if (!record->done) note_failure(*record);
}

void Worker::note_failure(const Record& record) {
  context_.observer.warn(
      fmt::format("{} {}: {}", io::path_text(record.file), job_.stop_on_error ? "failed" : "skipped", record.message));
  if (!job_.stop_on_error) return;
  if (stopped_by_.empty()) stopped_by_ = record.file;
  counter_.stop();
}

}  // namespace tarn::apps::pipeline
