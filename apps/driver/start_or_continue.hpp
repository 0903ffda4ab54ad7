#pragma once

#include <optional>

#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// Whether a run shall start or go on, whichever there is to do: RunRequest::restart is "auto".
bool is_auto(const RunRequest& request);

/// Whether a run begins from a checkpoint file: RunRequest::restart names one.
bool begins_from_file(const RunRequest& request);

/// Where a run will begin, by the manifest of the directory that it goes on in; nothing is waited for. Not
/// collective.
/// @throws as io::read_manifest()
RunStart start_of(const io::Deck& deck, const RunRequest& request);

/// Whether a run will make its directory, or begin in an empty one. What stands in the way of one in whose directory
/// something is, such as one of an ensemble, is found when it starts, so that its run.json tells it. Collective.
/// @throws Io if the root cannot be listed
bool makes_its_directory(const Communicator& ranks, const io::Deck& deck, const RunRequest& request);

/// The run that an automatic restart goes on with: the one in the directory that was asked for, or the newest of the
/// deck's name; nothing if there is none, so that one begins. One that a dead process on another machine seems to hold
/// is waited for until that is certain. Collective.
/// @throws io::Locked if a process that lives holds it
std::optional<io::RunDirectory> find_begun(const Communicator& ranks, const io::Deck& deck, const RunRequest& request);

/// Whether a run was stopped before its first checkpoint. Collective.
bool has_no_checkpoint(const Communicator& ranks, const io::RunDirectory& run);

/// Whether the run in a directory has come to its end with this very deck. Collective.
/// @param[out] summary  its run.json, on rank 0
bool is_finished(const Communicator& ranks, const io::RunDirectory& run, const io::Deck& deck, std::string& summary);

}  // namespace tarn::apps
