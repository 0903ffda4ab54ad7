#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tarn {

/// Threads that copy host memory together: one core alone is slower than the device's bus. They start with the first
/// work that is worth it, and look for more for a moment before they sleep: a piece takes less time than waking does.
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
  void work(std::size_t helper, std::uint32_t seen);

  std::mutex one_call_;
  std::vector<std::thread> threads_;
  const std::function<void(std::size_t)>* part_ = nullptr;  ///< of the round; null ends the helpers
  std::atomic<std::uint32_t> round_{0};                     ///< written after part_
  std::atomic<std::size_t> busy_{0};                        ///< helpers that have not ended the round
};

/// Copies bytes to memory that is not read soon: the lines that are overwritten are not fetched first, and nothing else
/// leaves the caches.
void copy_past_caches(void* to, const void* from, std::size_t bytes);

}  // namespace tarn
