#include "tarn/core/memory/copy_crew.hpp"

#include <sched.h>

#include <algorithm>

namespace tarn {

namespace {

/// Bytes that are worth a thread's waking.
constexpr std::size_t bytes_a_thread = 1 << 18;
/// More threads than this move no more bytes on the machines that have them.
constexpr std::size_t most_threads = 8;

std::size_t processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return std::max<std::size_t>(1, static_cast<std::size_t>(CPU_COUNT(&set)));
}

}  // namespace

CopyCrew::~CopyCrew() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  begun_.notify_all();
  for (auto& thread : threads_)
    thread.join();
}

void CopyCrew::run(std::size_t count, std::size_t bytes_each,
                   const std::function<void(std::size_t, std::size_t)>& copy) {
  static const std::size_t available = std::min(processors(), most_threads);
  const std::size_t parts = std::min(available, count * bytes_each / bytes_a_thread);
  if (parts <= 1) return copy(0, count);

  const std::function<void(std::size_t)> part = [&](std::size_t n) {
    copy(n * count / parts, (n + 1) * count / parts);
  };
  const std::lock_guard whole(one_call_);
  {
    const std::lock_guard lock(mutex_);
    start(available - 1);
    part_ = &part;
    parts_ = parts;
    busy_ = parts - 1;
    ++round_;
  }
  begun_.notify_all();
  part(0);
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return busy_ == 0; });
}

void CopyCrew::start(std::size_t helpers) {
  while (threads_.size() < helpers) {
    const std::size_t helper = threads_.size();
    threads_.emplace_back([this, helper] { work(helper); });
  }
}

/// What a helper does until the crew dies: its part, number helper + 1, of every round that has as many.
void CopyCrew::work(std::size_t helper) {
  std::size_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    begun_.wait(lock, [&] { return stop_ || round_ != seen; });
    if (stop_) return;
    seen = round_;
    if (helper + 1 >= parts_) continue;
    const auto& part = *part_;
    lock.unlock();
    part(helper + 1);
    lock.lock();
    if (--busy_ == 0) ended_.notify_one();
  }
}

}  // namespace tarn
