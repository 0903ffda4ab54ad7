#pragma once

#include <optional>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// Memory that a simulation takes, about, on all ranks together but for `each_rank` [bytes].
struct MemoryNeed {
  double arrays = 0;          ///< on the device
  double more_where_cut = 0;  ///< the same, beside these, where there are several ranks
  double buffers = 0;         ///< for files, on the device, and as much on the host where that has a memory of its own
  double each_rank = 0;       ///< on the host, for every rank

  /// Arrays on so many ranks.
  double arrays_on(int ranks) const { return ranks > 1 ? arrays + more_where_cut : arrays; }
  /// What they cannot do without.
  /// @param pairs_may_wait  whether the program decides how many steps a pass makes, so that it may make one
  double least_on(int ranks, bool pairs_may_wait) const { return pairs_may_wait ? arrays : arrays_on(ranks); }
};

/// What has room in the memory of a host.
enum class Room { too_little, single_steps, all_steps };

/// For the arrays of one of so many ranks.
/// @param there           memory that it may have [bytes]
/// @param pairs_may_wait  as of MemoryNeed::least_on()
inline Room room_for(const MemoryNeed& need, int ranks, double there, bool pairs_may_wait) {
  if (need.arrays_on(ranks) / ranks <= there) return Room::all_steps;
  return need.least_on(ranks, pairs_may_wait) / ranks <= there ? Room::single_steps : Room::too_little;
}

/// Of a deck without problems.
MemoryNeed memory_need_of(const io::Deck& deck, const Model& model);

/// Steps from the start to the end of a deck; nothing where their length follows from the state.
std::optional<double> steps_of(const io::Deck& deck, const Model& model);

}  // namespace tarn::apps
