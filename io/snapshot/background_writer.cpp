#include "tarn/io/snapshot/background_writer.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "tarn/core/error.hpp"

namespace tarn::io {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// No job getting done for so long, when the run ends by an error, means that another rank is gone.
constexpr auto patience = std::chrono::seconds(60);

}  // namespace

/// What the two threads share; `mutex` guards all but the communicator.
struct BackgroundWriter::State {
  explicit State(const Communicator& parent) : ranks(parent.handle()) {}

  void run(const Job& job) {
    const auto start = Clock::now();
    try {
      job(ranks);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      failure = std::current_exception();
    }
    const std::scoped_lock lock(mutex);
    report.seconds += seconds_since(start);
    ++report.jobs;
    ++done;
    changed.notify_all();
  }

  /// The thread: one job after the other until told to end. Behind a failure nothing is written any more.
  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return !jobs.empty() || ending; });
      if (jobs.empty()) return;
      const Job job = std::move(jobs.front());
      jobs.pop_front();
      if (failure) {
        ++done;
        changed.notify_all();
        continue;
      }
      lock.unlock();
      run(job);
      lock.lock();
    }
  }

  Communicator ranks;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> jobs;
  std::int64_t done = 0;
  bool ending = false;
  std::exception_ptr failure;
  BackgroundReport report;
  std::thread thread;
};

BackgroundWriter::BackgroundWriter(const Communicator& ranks, bool threaded)
    : ranks_(ranks), state_(std::make_shared<State>(ranks)) {
  if (threaded) state_->thread = std::thread([state = state_] { state->work(); });
}

BackgroundWriter::~BackgroundWriter() {
  if (!state_->thread.joinable()) return;
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->changed.notify_all();
  for (std::int64_t done = -1; state_->done < submitted_ && done != state_->done;) {
    done = state_->done;
    state_->changed.wait_for(lock, patience, [&] { return state_->done > done; });
  }
  const bool over = state_->done == submitted_;
  lock.unlock();
  if (over) {
    state_->thread.join();
  } else {
    state_->thread.detach();
  }
}

int BackgroundWriter::next_slot() {
  if (state_->thread.joinable()) {
    std::unique_lock lock(state_->mutex);
    const auto free = [&] { return submitted_ - state_->done < slots; };
    if (!free()) {
      const auto start = Clock::now();
      state_->changed.wait(lock, free);
      ++state_->report.stalls;
      state_->report.stall_seconds += seconds_since(start);
    }
  }
  throw_failure(false);
  return static_cast<int>(submitted_ % slots);
}

void BackgroundWriter::submit(Job job) {
  ++submitted_;
  if (!state_->thread.joinable()) {
    state_->run(job);
    if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
    return;
  }
  const std::scoped_lock lock(state_->mutex);
  state_->jobs.push_back(std::move(job));
  state_->changed.notify_all();
}

void BackgroundWriter::finish() {
  throw_failure(true);
}

/// A job's failure is the same on every rank, for jobs agree; but the ranks see it at different times. Once one does,
/// all wait until they do.
void BackgroundWriter::throw_failure(bool wait_for_all) {
  std::unique_lock lock(state_->mutex);
  const auto all_done = [&] { return state_->done == submitted_ || !state_->thread.joinable(); };
  if (wait_for_all) state_->changed.wait(lock, all_done);
  const bool seen = state_->failure != nullptr;
  lock.unlock();
  if (ranks_.max(std::int64_t{seen}) == 0) return;
  lock.lock();
  state_->changed.wait(lock, all_done);
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
  throw Error("writing failed on another rank");
}

BackgroundReport BackgroundWriter::report() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->report;
}

}  // namespace tarn::io
