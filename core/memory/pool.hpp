#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/memory/memory_source.hpp"

namespace tarn {

/// The stream of a space instance.
template <class ExecutionSpace>
Stream stream_of(const ExecutionSpace& space) {
  return kokkos_compat::instance_number(space);
}

/// Memory on loan from a pool; plain data, whoever holds it hands it back with Pool::free().
struct PoolBlock {
  void* data = nullptr;   ///< aligned to 256 bytes; null for 0 bytes
  std::size_t bytes = 0;  ///< what the block has: at least what was asked for
  Stream stream = 0;      ///< whose work the block is for
};

/// What a pool holds and what it did.
struct PoolStatistics {
  std::size_t in_use = 0;         ///< lent out [bytes]
  std::size_t cached = 0;         ///< kept for the next that asks [bytes]
  std::size_t peak = 0;           ///< the most that was ever lent out at once [bytes]
  std::size_t blocks_in_use = 0;  ///< lent out, in number
  std::uint64_t hits = 0;         ///< allocations that a cached block served
  std::uint64_t misses = 0;       ///< allocations that went to the system
  std::size_t limit = 0;          ///< of in_use + cached [bytes]; OutOfMemory::no_limit where there is none
  MemoryTotals memory;            ///< of the whole device, whoever uses it [bytes]
};

/// Keeps freed memory for the next that asks for as much; thread safe.
///
/// Blocks come from the system one by one and are never split, so all that is cached can be given back at any time.
/// Their sizes are rounded up to one of 16 steps per power of two (at most 1/16 more than was asked, and multiples of
/// 256 bytes); a block up to two steps larger serves too.
///
/// A block belongs to the stream it was allocated for. Freed, it serves that stream alone, whose order makes it safe to
/// write to at once, although kernels that read it may still run. It reaches another stream only through the system,
/// after a wait for the whole device. Work on another stream than the block's is named with also_used_on().
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  explicit Pool(std::unique_ptr<MemorySource> source);  ///< @param source  gives and takes back the blocks
  ~Pool();

  /// @param bytes  0 gives a block without memory
  /// @throws OutOfMemory if the system refuses although all that was cached was given back, or if the limit is reached
  PoolBlock allocate(std::size_t bytes, Stream stream = 0);

  void free(const PoolBlock& block) noexcept;  ///< keeps the block for the stream that it was allocated for

  /// Says that work enqueued on `stream` uses a block of another stream: when the block is freed, its own stream first
  /// waits for what is then enqueued on that one. The host waits for nothing.
  /// @param data  of a block that is lent out
  void also_used_on(const void* data, Stream stream);

  /// Gives all cached memory back to the system; waits for the device.
  /// @returns bytes given back
  std::size_t release_unused();

  /// The most that is in use and cached together [bytes]; cached memory is given back as far as the limit wants.
  void set_limit(std::size_t bytes);

  PoolStatistics statistics() const;  ///< as they are now

  /// Gives all cached memory back, and from now on freed blocks at once: what outlives the runtime is not kept.
  void close() noexcept;

  const char* memory_name() const noexcept { return source_->name(); }  ///< such as "host" or "device"

 private:
  /// Cached blocks of one stream, by size class.
  struct Arena {
    Stream stream;
    std::vector<std::vector<void*>> bins;
  };

  Arena& arena_of(Stream stream);
  void* take_cached(Arena& arena, std::size_t first_class, std::size_t& bytes);
  std::size_t evict(std::size_t wanted) noexcept;
  void make_room(std::size_t bytes, std::size_t asked);
  void lend(std::size_t bytes);
  void order_users(const PoolBlock& block) noexcept;

  std::unique_ptr<MemorySource> source_;
  mutable std::mutex mutex_;
  std::vector<Arena> arenas_;
  std::unordered_map<const void*, std::vector<Stream>> other_users_;
  PoolStatistics now_;
  bool closed_ = false;
};

/// Memory of a pool for as long as this object lives.
class Scratch {
 public:
  Scratch() = default;
  /// @throws OutOfMemory
  Scratch(Pool& pool, std::size_t bytes, Stream stream = 0)
      : pool_(pool.shared_from_this()), block_(pool.allocate(bytes, stream)) {}
  ~Scratch() {
    if (pool_) pool_->free(block_);
  }
  /// the other one holds nothing then
  Scratch(Scratch&& other) noexcept : pool_(std::move(other.pool_)), block_(other.block_) {}
  /// swaps: the other one then holds the block that was held here
  Scratch& operator=(Scratch&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(block_, other.block_);
    return *this;
  }

  void* data() const { return block_.data; }  ///< nothing is written in it
  template <class T>
  /// the same as an array of T, not initialised
  T* as() const {
    return static_cast<T*>(block_.data);
  }
  std::size_t bytes() const { return block_.bytes; }  ///< at least what was asked for

 private:
  std::shared_ptr<Pool> pool_;
  PoolBlock block_;
};

namespace detail {
/// The size classes of pools, from 0; exposed for tests.
std::size_t size_class(std::size_t bytes);
/// The bytes that a request is rounded up to.
std::size_t rounded_size(std::size_t bytes);
}  // namespace detail

/// In words, for people.
std::string describe(const PoolStatistics& statistics);

}  // namespace tarn

/// @cond
template <>
struct fmt::formatter<tarn::PoolStatistics> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const tarn::PoolStatistics& statistics, Context& context) const {
    return fmt::formatter<std::string>::format(tarn::describe(statistics), context);
  }
};
/// @endcond
