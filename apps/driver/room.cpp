#include "tarn/apps/driver/room.hpp"

#include <algorithm>
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

/// What a rank may have of its host's memory, or of what its job has of that; with GPUs all memory of its device, for
/// nothing tells how many ranks share it. The least of all ranks [bytes].
double share_of_memory(const Communicator& ranks) {
  double there = total_of(*device_source());
  if (on_host) there = std::min(there, job_memory_from_environment().value_or(there)) / ranks_of_node(ranks);
  return ranks.min(there);
}

}  // namespace

Room room_on_all(const Communicator& ranks, const io::Deck& deck, const Model& model) {
  const double there = share_of_memory(ranks);
  const MemoryNeed need = memory_need_of(deck, model);
  const bool pairs_may_wait = decides_steps_per_pass(deck);
  const Room room = room_for(need, ranks.size(), there, pairs_may_wait);
  if (room != Room::too_little) return room;
  throw UsageError(
      fmt::format("the arrays of each rank take {}, and {} has {} of memory for it: take fewer cells (grid.cells), or "
                  "ranks on more {}",
                  size_text(need.least_on(ranks.size(), pairs_may_wait) / ranks.size()),
                  on_host ? "this host" : "its device", size_text(there), on_host ? "nodes" : "devices"));
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
