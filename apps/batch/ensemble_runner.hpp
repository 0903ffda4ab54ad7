#pragma once

#include <functional>
#include <string>

#include "tarn/apps/batch/ensemble_directory.hpp"

namespace tarn::batch {

/// How the members of an ensemble run on this machine.
struct RunnerOptions {
  int at_once = 1;
  int ranks = 0;     ///< of each member, by an MPI launcher; 0: a process alone
  std::string root;  ///< the directory that the decks' paths are beneath, absolute
  /// A number above 0 asks to stop: members that run write a checkpoint, and no other starts.
  std::function<int()> stop_request;
  /// Called when a member has ended.
  std::function<void(std::size_t member, int code)> ended;
};

/// Runs every member that has not finished, each as a process of its own, so many at a time: one that fails harms no
/// other. What a member prints is in job-<member>.log. A member that has failed is tried again.
/// @returns whether it was asked to stop
/// @throws DataError if no process can be made
bool run_members(const EnsembleDirectory& ensemble, const RunnerOptions& options);

}  // namespace tarn::batch
