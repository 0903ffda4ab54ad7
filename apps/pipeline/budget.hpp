#pragma once

#include <cstdint>
#include <optional>

#include "tarn/core/runtime.hpp"
#include "tarn/io/deck/deck.hpp"

namespace tarn::apps::pipeline {

/// Device memory that each rank may hold [bytes]: the deck's `memory`, otherwise 80% of what the device has free, on a
/// host at most half of its memory, shared evenly by the ranks that use it. Collective; the least of all ranks.
std::uint64_t memory_budget(const Runtime& runtime, const io::Deck& deck);

/// The same for one rank, without starting a device; nothing if only the device can tell.
std::optional<std::uint64_t> memory_forecast(const io::Deck& deck);

}  // namespace tarn::apps::pipeline
