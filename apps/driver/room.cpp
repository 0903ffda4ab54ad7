#include "tarn/apps/driver/room.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/job_limits.hpp"
#include "tarn/apps/driver/packing.hpp"
#include "tarn/apps/driver/steps_per_pass.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/memory/memory_source.hpp"
#include "tarn/core/parallel/node_ranks.hpp"

namespace tarn::apps {

namespace {

constexpr bool on_host = PackedFields::one_memory;

/// All memory of a kind [bytes]; no limit where the system does not tell.
double total_of(const MemorySource& memory) {
  const auto total = static_cast<double>(memory.totals().total);
  return total > 0 ? total : std::numeric_limits<double>::infinity();
}

/// Memory for the arrays of a rank [bytes]: its part of what it shares with other ranks. The least of all ranks.
struct Share {
  double there;          ///< that there is
  double wanted;         ///< that its job asked for, where that is less: schedulers do not always hold it to that
  std::int64_t sharing;  ///< ranks that share one such memory, the most of any
};

Share share_of_memory(const Communicator& ranks) {
  const int sharing = ranks_of_memory(ranks);
  const double there = total_of(*device_source());
  const double wanted = on_host ? std::min(there, job_memory_from_environment().value_or(there)) : there;
  return {ranks.min(there / sharing), ranks.min(wanted / sharing), ranks.max(std::int64_t{sharing})};
}

}  // namespace

Room room_on_all(const Communicator& ranks, const io::Deck& deck, const Model& model) {
  const Share share = share_of_memory(ranks);
  const MemoryNeed need = memory_need_of(deck, model);
  const bool pairs_may_wait = decides_steps_per_pass(deck);
  if (room_for(need, ranks.size(), share.there, pairs_may_wait) == Room::too_little) {
    throw UsageError(fmt::format(
        "the arrays of each rank take {}, and {} has {} of memory for {}: take fewer cells (grid.cells), or "
        "ranks on more {}",
        size_text(need.least_on(ranks.size(), pairs_may_wait) / ranks.size()), on_host ? "this host" : "its device",
        size_text(share.there), share.sharing > 1 ? "each of its ranks" : "it", on_host ? "nodes" : "devices"));
  }
  const Room wanted = room_for(need, ranks.size(), share.wanted, pairs_may_wait);
  if (wanted != Room::too_little) return wanted;
  return pairs_may_wait ? Room::single_steps : Room::all_steps;
}

std::string doubt_of_memory(const io::Deck& deck, const Model& model) {
  const MemoryNeed need = memory_need_of(deck, model);
  const double there = total_of(*host_source()), taken = on_host ? need.arrays : need.buffers;
  if (taken <= there) return {};
  return fmt::format(
      "room    NOT ENOUGH HERE: {} take {}, and this host has {} of memory; take fewer cells (grid.cells), or ranks on "
      "enough nodes\n",
      on_host ? "the arrays" : "the buffers for files", size_text(taken), size_text(there));
}

}  // namespace tarn::apps
