#pragma once

#include <string>
#include <vector>

namespace tarn {

/// Cores that processors belong to: the two threads of a core are two processors of Linux.
/// @param processors  their numbers
/// @param folder  of Linux' description; a processor that it does not tell of counts as a core
int count_cores(const std::vector<int>& processors, const std::string& folder = "/sys/devices/system/cpu");

/// Cores that this process may use, at least 1. An MPI launcher starts so many ranks where it knows of no other limit.
int cores_here();

}  // namespace tarn
