#pragma once

#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "tarn/core/memory/pool.hpp"

namespace tarn::test {

/// What a FakeSource did and may do; outlives it.
struct FakeMemory {
  std::size_t capacity = std::size_t{1} << 40;
  std::size_t used = 0;
  int allocations = 0;
  int refusals = 0;
  int waits = 0;
  std::vector<std::pair<Stream, Stream>> orders;
};

/// Memory of a size that the test chooses.
class FakeSource final : public MemorySource {
 public:
  explicit FakeSource(FakeMemory& memory) : memory_(memory) {}

  const char* name() const noexcept override { return "fake"; }
  void* allocate(std::size_t bytes) noexcept override {
    if (memory_.used + bytes > memory_.capacity) {
      ++memory_.refusals;
      return nullptr;
    }
    ++memory_.allocations;
    memory_.used += bytes;
    return std::aligned_alloc(256, bytes);
  }
  void deallocate(void* data, std::size_t bytes) noexcept override {
    memory_.used -= bytes;
    std::free(data);
  }
  MemoryTotals totals() const noexcept override { return {memory_.capacity, memory_.capacity - memory_.used}; }
  void wait_for_device() noexcept override { ++memory_.waits; }
  void order(Stream earlier, Stream later) noexcept override { memory_.orders.emplace_back(earlier, later); }

 private:
  FakeMemory& memory_;
};

inline std::shared_ptr<Pool> fake_pool(FakeMemory& memory) {
  return std::make_shared<Pool>(std::make_unique<FakeSource>(memory));
}

}  // namespace tarn::test
