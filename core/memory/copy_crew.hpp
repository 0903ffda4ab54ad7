#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tarn {

/// Threads that copy host memory together: one core alone is slower than the device's bus. They start with the first
/// work that is worth it.
class CopyCrew {
 public:
  CopyCrew() = default;
  ~CopyCrew();
  CopyCrew(const CopyCrew&) = delete;
  CopyCrew& operator=(const CopyCrew&) = delete;

  /// Calls copy(first, last) for parts that together make [0, count), on several threads where there are bytes enough;
  /// returns when all are done. One call at a time; others wait.
  /// @param copy  must not throw
  void run(std::size_t count, std::size_t bytes_each, const std::function<void(std::size_t, std::size_t)>& copy);

 private:
  void start(std::size_t helpers);
  void work(std::size_t helper);

  std::mutex one_call_;
  std::mutex mutex_;
  std::condition_variable begun_, ended_;
  std::vector<std::thread> threads_;
  const std::function<void(std::size_t)>* part_ = nullptr;
  std::size_t round_ = 0;
  std::size_t parts_ = 0;
  std::size_t busy_ = 0;
  bool stop_ = false;
};

}  // namespace tarn
