#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace tarn::apps::pipeline {

/// The one thread of a rank that reads and writes files, beside the thread that computes. HDF5 is not thread safe:
/// while this object lives, only its jobs may call it. Jobs run in the order they were handed over.
class IoThread {
 public:
  IoThread() : thread_([this] { work(); }) {}
  /// Runs what was handed over, then ends.
  ~IoThread() {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// @return what becomes ready with the job, and throws what it threw
  std::future<void> run(std::function<void()> job) {
    std::packaged_task<void()> task(std::move(job));
    std::future<void> done = task.get_future();
    {
      const std::scoped_lock lock(mutex_);
      jobs_.push_back(std::move(task));
    }
    changed_.notify_all();
    return done;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return !jobs_.empty() || ending_; });
      if (jobs_.empty()) return;
      {
        std::packaged_task<void()> task = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        task();
      }
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::packaged_task<void()>> jobs_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tarn::apps::pipeline
