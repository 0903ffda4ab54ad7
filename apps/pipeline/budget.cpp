#include "tarn/apps/pipeline/budget.hpp"

#include <algorithm>

#include "tarn/apps/pipeline/program.hpp"
#include "tarn/core/parallel/node_ranks.hpp"
#include "tarn/io/deck/size.hpp"

namespace tarn::apps::pipeline {

namespace {

std::uint64_t share_of(const MemoryTotals& totals) {
  const auto most = static_cast<std::uint64_t>(0.8 * static_cast<double>(totals.free));
  return detail::space_is_gpu ? most : std::min<std::uint64_t>(most, totals.total / 2);
}

}  // namespace

std::uint64_t memory_budget(const Runtime& runtime, const io::Deck& deck) {
  if (deck.has("pipeline.memory")) return io::parse_size(deck.text("pipeline.memory")).value();
  const auto& ranks = runtime.communicator();
  const auto sharing = static_cast<std::uint64_t>(ranks_of_memory(ranks));
  const std::uint64_t own = share_of(runtime.pool().statistics().memory) / sharing;
  return static_cast<std::uint64_t>(ranks.min(static_cast<std::int64_t>(own)));
}

std::optional<std::uint64_t> memory_forecast(const io::Deck& deck) {
  if (deck.has("pipeline.memory")) return io::parse_size(deck.text("pipeline.memory"));
  if (detail::space_is_gpu) return {};
  return share_of(host_source()->totals());
}

}  // namespace tarn::apps::pipeline
