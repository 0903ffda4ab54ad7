#pragma once

#include <functional>
#include <set>
#include <string>

#include "tarn/apps/batch/batch_files.hpp"
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
  std::set<std::size_t> left_out = {};  ///< members that are not run
};

/// Runs every member that has not finished, each as a process of its own, so many at a time: one that fails harms no
/// other. What a member prints is in job-<member>.log. A member that has failed is tried again.
/// @returns whether it was asked to stop
/// @throws DataError if no process can be made
bool run_members(const EnsembleDirectory& ensemble, const RunnerOptions& options);

/// Runs batches that have not finished, each as a process of its own, one after the other, and gives the members what
/// came of it. What a batch prints is in job-batch-<number>.log.
/// @param ended  called with the number of a batch
/// @returns whether it was asked to stop
/// @throws DataError if no process can be made, and what give_results() throws
bool run_batches(const EnsembleDirectory& ensemble, const std::vector<BatchDirectory>& batches,
                 const RunnerOptions& options, const std::function<void(std::size_t batch, int code)>& ended);

}  // namespace tarn::batch
