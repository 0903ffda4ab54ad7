#include "tarn/core/memory/copy_crew.hpp"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/// How long a helper looks for the next round before it sleeps.
constexpr std::chrono::microseconds patience{200};

void pause() {
#if defined(__SSE2__)
  _mm_pause();
#endif
}

}  // namespace

CopyCrew::~CopyCrew() {
  part_ = nullptr;
  ++round_;
  round_.notify_all();
  for (auto& thread : threads_)
    thread.join();
}

void CopyCrew::run(std::size_t count, std::size_t bytes_each,
                   const std::function<void(std::size_t, std::size_t)>& copy) {
  static const std::size_t available = std::min(processors(), most_threads);
  const std::size_t parts = std::min(available, count * bytes_each / bytes_a_thread);
  if (parts <= 1) return copy(0, count);

  const std::function<void(std::size_t)> part = [&](std::size_t n) {
    if (n < parts) copy(n * count / parts, (n + 1) * count / parts);
  };
  const std::lock_guard whole(one_call_);
  start(available - 1);
  part_ = &part;
  busy_.store(threads_.size(), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  part(0);
  // Every helper takes part in every round, if only to say so: what part_ points at must outlive their look at it.
  while (busy_.load(std::memory_order_acquire) != 0)
    std::this_thread::yield();
}

void CopyCrew::start(std::size_t helpers) {
  while (threads_.size() < helpers) {
    const std::size_t helper = threads_.size();
    threads_.emplace_back([this, helper, seen = round_.load()] { work(helper, seen); });
  }
}

/// What a helper does until the crew dies: its part, number helper + 1, of every round after `seen`.
void CopyCrew::work(std::size_t helper, std::uint32_t seen) {
  using Clock = std::chrono::steady_clock;
  for (;;) {
    const auto sleep = Clock::now() + patience;
    while (round_.load(std::memory_order_acquire) == seen && Clock::now() < sleep)
      pause();
    round_.wait(seen, std::memory_order_acquire);
    ++seen;
    if (part_ == nullptr) return;
    (*part_)(helper + 1);
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

#if defined(__SSE2__)

void copy_past_caches(void* to, const void* from, std::size_t bytes) {
  constexpr std::size_t line = 64;
  auto* out = static_cast<char*>(to);
  const auto* in = static_cast<const char*>(from);
  const std::size_t before = std::min(bytes, (line - reinterpret_cast<std::uintptr_t>(out) % line) % line);
  std::memcpy(out, in, before);
  std::size_t n = before;
  for (; n + line <= bytes; n += line) {
    __m128i blocks[4];
    std::memcpy(blocks, in + n, line);
    for (std::size_t m = 0; m < 4; ++m)
      _mm_stream_si128(reinterpret_cast<__m128i*>(out + n) + m, blocks[m]);
  }
  _mm_sfence();
  std::memcpy(out + n, in + n, bytes - n);
}

#else

void copy_past_caches(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
}

#endif

}  // namespace tarn
