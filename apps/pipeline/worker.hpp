#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/run_control.hpp"
#include "tarn/apps/pipeline/evaluate.hpp"
#include "tarn/apps/pipeline/item_counter.hpp"
#include "tarn/apps/pipeline/output_file.hpp"
#include "tarn/apps/pipeline/record.hpp"

namespace tarn::apps::pipeline {

/// All that the ranks know of a run before its first item.
struct Job {
  Program program;
  std::string hash;                                ///< of the program
  std::vector<Item> items;                         ///< sorted by name
  std::vector<std::shared_ptr<const Plan>> plans;  ///< of items without a flaw; items alike share theirs
  std::vector<std::size_t> pending;                ///< numbers of the items that are to be done
  std::vector<std::string> missing;                ///< items that are done and whose inputs have gone; on rank 0
  std::vector<std::string> notes;                  ///< what its user should know, a line each; on rank 0
  std::int64_t attempt = 1;                        ///< which process of the run this is
  std::uint64_t memory = 0;                        ///< that this rank may hold [bytes]
  bool stop_on_error = false;
};

/// What a rank does: takes one item after the other, reads the next while it computes this one, and has results written
/// behind.
class Worker {
 public:
  /// all of them must outlive it
  /// @param tell  adds to run.json what has been done so far
  Worker(const RunContext& context, const Job& job, ItemCounter& counter, RunControl& control, RunControl::Tell tell);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Until there is no item left, or the run is to stop.
  /// @throws what is no fault of an item, such as a log that cannot be written
  void run();

  /// The failed item that the run stopped for; empty: none.
  const std::string& stopped_by() const { return stopped_by_; }

  /// What else asked for the end, as far as this rank knows.
  RunControl::Wish::Stop wish() const { return wish_; }

 private:
  /// An item that was handed to this rank.
  struct Task {
    std::size_t number = 0;
    std::shared_ptr<ArrayHash> hash;   ///< of what was read
    std::unique_ptr<Loading> loading;  ///< once it is being read
    std::uint64_t to_device_before = 0;
  };
  /// The arrays of an item on their way to the host.
  struct Downloads;

  std::optional<Task> claim();
  bool is_to_stop();
  void tell_progress() const;
  void start_loading(Task& task);
  void process(Task& task, Task* next);
  void process_whole(Task& task, Task* next, Record& record);
  void process_streamed(Task& task, Record& record);
  bool fits_beside(const Task& task, const Task& next) const;
  void wait_for_commit();
  void commit(std::shared_ptr<Record> record, std::shared_ptr<OutputFile> file, std::shared_ptr<Downloads> arrays);
  void note_failure(const Record& record);
  void drop(std::shared_ptr<OutputFile> file);

  const Item& item(const Task& task) const { return job_.items[task.number]; }
  const Plan& plan(const Task& task) const { return *job_.plans[task.number]; }
  std::string load_label(std::size_t number) const;
  std::uint64_t crossed(Direction direction, const std::string& label) const;

  const RunContext& context_;
  const Job& job_;
  ItemCounter& counter_;
  RunControl& control_;
  RunControl::Tell tell_;
  RunControl::Wish::Stop wish_ = RunControl::Wish::Stop::no;
  Spaces spaces_;
  IoThread files_;
  std::future<void> committing_;
  std::shared_ptr<Record> committing_record_;
  std::string stopped_by_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace tarn::apps::pipeline
