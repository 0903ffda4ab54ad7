#include "tarn/core/memory/memory.hpp"

#include <atomic>
#include <mutex>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/staging.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

namespace {

// Memory is a property of the process, as Kokkos is: the one global of tarn.
std::mutex process_mutex;
std::weak_ptr<Memory> of_running_runtimes;
std::atomic<Memory*> current{nullptr};

/// Never throws: a destructor asks for it.
void close(Pool& pool, const std::function<void(const std::string&)>& log) noexcept {
  pool.close();
  const auto left = pool.statistics();
  if (left.blocks_in_use == 0 || !log) return;
  try {
    log(fmt::format("{} bytes of {} memory in {} arrays are in use at the end of the runtime", left.in_use,
                    pool.memory_name(), left.blocks_in_use));
  } catch (...) {  // the log's own failure is no reason to end the host
  }
}

}  // namespace

Memory::Memory() : device_(std::make_shared<Pool>(device_source())), transfers_(std::make_unique<TransferLedger>()) {
#ifdef TARN_GPU
  pinned_ = std::make_shared<Pool>(pinned_source());
  host_ = std::make_shared<Pool>(host_source());
#else
  pinned_ = device_;
  host_ = device_;
#endif
  staging_ = std::make_unique<Staging>(*pinned_);
}

Memory::~Memory() {
  current = nullptr;
  staging_.reset();
  close(*device_, log_);
  if (pinned_ != device_) close(*pinned_, log_);
  if (host_ != device_) close(*host_, log_);
}

std::shared_ptr<Memory> Memory::of_process() {
  const std::lock_guard lock(process_mutex);
  auto shared = of_running_runtimes.lock();
  if (!shared) {
    shared = std::make_shared<Memory>();
    of_running_runtimes = shared;
    current = shared.get();
  }
  return shared;
}

Memory& memory() {
  Memory* const running = current;
  if (running == nullptr) throw Error("no tarn::Runtime is running: make one before arrays and transfers");
  return *running;
}

}  // namespace tarn
