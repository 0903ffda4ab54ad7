#pragma once

#include <cstdint>
#include <functional>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// What a rank sends to its two neighbours on the ring of all ranks, and where it receives what they send, on the
/// device.
struct TrialMessages {
  using Message = Field<std::int64_t, 1>;  ///< in device memory

  int next, previous;                      ///< ranks; with two ranks they are one, alone they are this one
  Message sent, from_next, from_previous;  ///< of one length; `sent` is written
};

/// Tries a way to exchange device memory with messages short and long, and compares what arrives with what was sent;
/// collective.
/// @param exchange  sends `sent` both ways, and returns when what comes from both is there; false if it failed
/// @returns whether all ranks got all they should, on all ranks alike
bool trial_exchange(const Communicator& ranks, const std::function<bool(const TrialMessages&)>& exchange);

}  // namespace tarn
