#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tarn/core/space.hpp"

namespace tarn {

/// What was spent in one named part of a run, on this rank.
struct RegionReport {
  std::string name;              ///< such as "step"
  std::int64_t calls = 0;        ///< of the region, timed or not
  std::int64_t timed_calls = 0;  ///< of these, the ones that were timed
  double seconds = 0;            ///< mean of the timed calls times all calls; 0 if none was timed
  std::int64_t bytes = 0;        ///< as the callers counted them, of all calls
};

/// Time, calls and bytes by named region. A timed call fences the device before and after, which costs what
/// overlap would have gained; so the regions of a step are timed in sampled steps only, and the rest is
/// estimated.
///
/// For one thread. Regions may be nested; each counts its own whole time.
class Regions {
  struct Entry {
    std::string name;
    std::int64_t calls = 0;
    std::int64_t timed_calls = 0;
    double timed_seconds = 0;
    std::int64_t bytes = 0;
  };

 public:
  /// Counts one call of a region, from its construction to its destruction.
  class Timer {
   public:
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    friend class Regions;
    Timer(const Space& space, Entry& entry, bool timed);

    const Space* space_;
    Entry* entry_;
    bool timed_;
    Kokkos::Timer clock_;
  };

  /// @param space  instance that the regions' work is enqueued on
  explicit Regions(const Space& space) : space_(space) {}
  Regions(const Regions&) = delete;
  Regions& operator=(const Regions&) = delete;

  /// Whether time() times the calls that begin from now on; it does at first.
  void sample(bool on) { sampled_ = on; }

  /// Counts a call while the returned timer lives; times it, with a fence at both ends, in sampled steps
  /// only.
  /// @param bytes  that the call reads and writes
  [[nodiscard]] Timer time(std::string_view name, std::int64_t bytes = 0);

  /// The same, but always timed: for what is rare and fences anyway, such as output.
  [[nodiscard]] Timer time_always(std::string_view name, std::int64_t bytes = 0);

  /// All regions, in the order of their first calls; calls that have not ended yet count as calls only.
  std::vector<RegionReport> report() const;

 private:
  Entry& count_call(std::string_view name, std::int64_t bytes);

  Space space_;
  bool sampled_ = true;
  std::deque<Entry> entries_;  // a deque: timers point into it while it grows
};

}  // namespace tarn
