#include "tarn/core/profile/regions.hpp"

#include <algorithm>

namespace tarn {

Regions::Timer::Timer(const Space& space, Entry& entry, bool timed) : space_(&space), entry_(&entry), timed_(timed) {
  if (!timed_) return;
  space_->fence();
  clock_.reset();
}

Regions::Timer::~Timer() {
  if (!timed_) return;
  space_->fence();
  entry_->timed_seconds += clock_.seconds();
  ++entry_->timed_calls;
}

Regions::Timer Regions::time(std::string_view name, std::int64_t bytes) {
  return Timer(space_, count_call(name, bytes), sampled_);
}

Regions::Timer Regions::time_always(std::string_view name, std::int64_t bytes) {
  return Timer(space_, count_call(name, bytes), true);
}

std::vector<RegionReport> Regions::report() const {
  std::vector<RegionReport> reports;
  for (const auto& entry : entries_) {
    RegionReport region{entry.name, entry.calls, entry.timed_calls, 0, entry.bytes};
    if (entry.timed_calls > 0) {
      region.seconds = entry.timed_seconds / static_cast<double>(entry.timed_calls) * static_cast<double>(entry.calls);
    }
    reports.push_back(region);
  }
  return reports;
}

Regions::Entry& Regions::count_call(std::string_view name, std::int64_t bytes) {
  // A run has a handful of regions: a walk is as fast as any table.
  auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.name == name; });
  if (found == entries_.end()) {
    entries_.push_back({});
    entries_.back().name = name;
    found = entries_.end() - 1;
  }
  ++found->calls;
  found->bytes += bytes;
  return *found;
}

}  // namespace tarn
