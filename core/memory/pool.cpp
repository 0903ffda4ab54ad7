#include "tarn/core/memory/pool.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace tarn {

namespace {

constexpr std::size_t smallest = 256;  ///< bytes of the first class, and what all sizes are multiples of
constexpr std::size_t steps = 16;      ///< size classes in each power of two
constexpr std::size_t largest = std::size_t{1} << 62;
/// How many classes larger a block may be than what was asked for.
constexpr std::size_t tolerance = 2;

}  // namespace

namespace detail {

std::size_t rounded_size(std::size_t bytes) {
  if (bytes <= smallest) return smallest;
  const std::size_t step = std::max(smallest, std::bit_floor(bytes - 1) / steps);
  return (bytes + step - 1) / step * step;
}

std::size_t size_class(std::size_t bytes) {
  const std::size_t rounded = rounded_size(bytes);
  if (rounded <= smallest * steps) return rounded / smallest - 1;
  // 2^power < rounded <= 2^(power + 1), in `steps` steps
  const auto power = static_cast<std::size_t>(std::bit_width(rounded - 1) - 1);
  const std::size_t step = (std::size_t{1} << power) / steps;
  constexpr auto first_power = static_cast<std::size_t>(std::bit_width(smallest * steps) - 1);
  return steps + (power - first_power) * steps + rounded / step - steps - 1;
}

namespace {

/// The bytes of a class: the inverse of size_class().
std::size_t class_bytes(std::size_t number) {
  if (number < steps) return (number + 1) * smallest;
  const std::size_t power = (number - steps) / steps + static_cast<std::size_t>(std::bit_width(smallest * steps) - 1);
  return ((std::size_t{1} << power) / steps) * ((number - steps) % steps + steps + 1);
}

}  // namespace

}  // namespace detail

Pool::Pool(std::unique_ptr<MemorySource> source) : source_(std::move(source)) {
  now_.limit = OutOfMemory::no_limit;
}

Pool::~Pool() {
  close();
}

PoolBlock Pool::allocate(std::size_t bytes, Stream stream) {
  if (bytes == 0) return {nullptr, 0, stream};
  std::unique_lock lock(mutex_);
  if (bytes > largest) throw OutOfMemory(source_->name(), {bytes, 0, now_.in_use, now_.cached, now_.limit});
  std::size_t size = detail::rounded_size(bytes);
  if (void* const cached = take_cached(arena_of(stream), detail::size_class(bytes), size)) {
    return {cached, size, stream};
  }
  const std::size_t cached_before = now_.cached;
  make_room(size, bytes);
  ++now_.misses;
  now_.in_use += size;  // booked before the lock is left, so that the limit holds for all threads together
  lock.unlock();        // the system takes its time, and others may be served from the cache

  void* data = source_->allocate(size);
  if (data == nullptr) {
    release_unused();
    data = source_->allocate(size);
  }
  lock.lock();
  now_.in_use -= size;
  if (data == nullptr) {
    throw OutOfMemory(source_->name(), {bytes, source_->totals().free, now_.in_use, cached_before, now_.limit});
  }
  lend(size);
  return {data, size, stream};
}

void Pool::free(const PoolBlock& block) noexcept {
  if (block.data == nullptr) return;
  const std::lock_guard lock(mutex_);
  if (!other_users_.empty()) order_users(block);
  now_.in_use -= block.bytes;
  --now_.blocks_in_use;
  if (!closed_) {
    try {
      arena_of(block.stream).bins[detail::size_class(block.bytes)].push_back(block.data);
      now_.cached += block.bytes;
      return;
    } catch (const std::bad_alloc&) {
      // No memory to note the block in: the system gets it.
    }
  }
  source_->wait_for_device();
  source_->deallocate(block.data, block.bytes);
}

void Pool::also_used_on(const void* data, Stream stream) {
  const std::lock_guard lock(mutex_);
  auto& users = other_users_[data];
  if (std::find(users.begin(), users.end(), stream) == users.end()) users.push_back(stream);
}

std::size_t Pool::release_unused() {
  const std::lock_guard lock(mutex_);
  return evict(now_.cached);
}

void Pool::set_limit(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  now_.limit = bytes;
  const std::size_t held = now_.in_use + now_.cached;
  if (held > bytes) evict(held - bytes);
}

PoolStatistics Pool::statistics() const {
  const MemoryTotals totals = source_->totals();  // slow on a GPU: not under the lock
  const std::lock_guard lock(mutex_);
  PoolStatistics statistics = now_;
  statistics.memory = totals;
  return statistics;
}

void Pool::close() noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  evict(now_.cached);
}

Pool::Arena& Pool::arena_of(Stream stream) {
  for (auto& arena : arenas_) {
    if (arena.stream == stream) return arena;
  }
  return arenas_.emplace_back(Arena{stream, std::vector<std::vector<void*>>(detail::size_class(largest) + 1)});
}

/// @param[in,out] bytes  the size asked for; the size of what was found
/// @returns null if no block of the stream fits
void* Pool::take_cached(Arena& arena, std::size_t first_class, std::size_t& bytes) {
  const std::size_t end = std::min(first_class + tolerance + 1, arena.bins.size());
  for (std::size_t number = first_class; number < end; ++number) {
    auto& bin = arena.bins[number];
    if (bin.empty()) continue;
    void* const data = bin.back();
    bin.pop_back();
    bytes = detail::class_bytes(number);
    now_.cached -= bytes;
    ++now_.hits;
    lend(bytes);
    return data;
  }
  return nullptr;
}

/// Gives cached blocks back to the system, the largest first, until at least `wanted` bytes are.
/// @returns bytes given back
std::size_t Pool::evict(std::size_t wanted) noexcept {
  if (wanted == 0 || now_.cached == 0) return 0;
  source_->wait_for_device();
  std::size_t freed = 0;
  for (std::size_t number = detail::size_class(largest) + 1; number-- > 0 && freed < wanted;) {
    for (auto& arena : arenas_) {
      auto& bin = arena.bins[number];
      while (!bin.empty() && freed < wanted) {
        source_->deallocate(bin.back(), detail::class_bytes(number));
        bin.pop_back();
        freed += detail::class_bytes(number);
      }
    }
  }
  source_->trim();
  now_.cached -= freed;
  return freed;
}

/// Gives back what the limit wants before `bytes` more are taken, for `asked` that were asked for.
void Pool::make_room(std::size_t bytes, std::size_t asked) {
  const auto over = [&](std::size_t held) { return bytes > now_.limit || held > now_.limit - bytes; };
  if (over(now_.in_use)) {
    throw OutOfMemory(source_->name(), {asked, source_->totals().free, now_.in_use, now_.cached, now_.limit});
  }
  if (over(now_.in_use + now_.cached)) evict(now_.in_use + now_.cached - (now_.limit - bytes));
}

void Pool::lend(std::size_t bytes) {
  now_.in_use += bytes;
  now_.peak = std::max(now_.peak, now_.in_use);
  ++now_.blocks_in_use;
}

void Pool::order_users(const PoolBlock& block) noexcept {
  const auto found = other_users_.find(block.data);
  if (found == other_users_.end()) return;
  for (const Stream user : found->second)
    source_->order(user, block.stream);
  other_users_.erase(found);
}

std::string describe(const PoolStatistics& statistics) {
  const std::string limit = statistics.limit == OutOfMemory::no_limit ? "none" : std::to_string(statistics.limit);
  return fmt::format(
      "{} bytes in use in {} blocks, {} cached, peak {}, {} hits, {} misses, limit {}; memory has {} bytes, {} free",
      statistics.in_use, statistics.blocks_in_use, statistics.cached, statistics.peak, statistics.hits,
      statistics.misses, limit, statistics.memory.total, statistics.memory.free);
}

}  // namespace tarn
