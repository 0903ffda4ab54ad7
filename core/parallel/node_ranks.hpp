#pragma once

#include <string>

#include "tarn/core/parallel/communicator.hpp"

namespace tarn {

/// How many of the ranks on this rank's host give the same name as it, itself included. Collective.
/// @param name  of at most 63 bytes; what is longer counts as the same
/// @throws Error if MPI cannot tell
int ranks_of_name(const Communicator& ranks, const std::string& name);

/// How many of the ranks share the memory that this rank's arrays are in: that of its GPU, or of a part of one that
/// stands for itself (MIG), and on a host build that of its host. Collective.
/// @throws Error if MPI cannot tell
int ranks_of_memory(const Communicator& ranks);

}  // namespace tarn
