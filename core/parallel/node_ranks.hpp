#pragma once

#include "tarn/core/parallel/communicator.hpp"

namespace tarn {

/// How many of the ranks share the memory of this rank's host. Collective.
/// @throws Error if MPI cannot tell
int ranks_of_node(const Communicator& ranks);

}  // namespace tarn
