#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/batch/ensemble_directory.hpp"
#include "tarn/apps/batch/job_request.hpp"

namespace tarn::batch {

/// What `tarn submit DECK` was asked for.
struct SubmitRequest {
  std::string deck;
  std::vector<std::string> overrides, ensemble;
  Destination destination;
  JobRequest job;
  std::string after;       ///< the id of a job, or a directory with one
  std::string lines_file;  ///< --template
  bool dry_run = false;
};

/// What became of a submission.
struct Submitted {
  std::string directory = {};  ///< of the run; empty where nothing was submitted
  std::string job = {};        ///< its id; empty where the run is finished already
  std::string script = {};     ///< what a dry run would have submitted
  std::string doubt = {};      ///< why a dry run does not know whether the scheduler would take it; usually empty
};

/// Checks, forecasts, and submits: nothing is made on the disk before the deck and the request have passed.
/// @param print  takes what the user shall see
/// @throws io::DeckError, UsageError with all that makes the job impossible, DataError, also where the scheduler does
///         not answer, unless it is a dry run
Submitted submit(const SubmitRequest& request, const std::function<void(const std::string&)>& print);

}  // namespace tarn::batch
