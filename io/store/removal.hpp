#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/store/managed_root.hpp"

namespace tarn::io {

/// What a removal would do, or did.
struct RemovalReport {
  /// A file.
  struct Item {
    std::string path;         ///< relative to the root
    std::uint64_t bytes = 0;  ///< that it takes
    std::string why;          ///< empty: as asked
  };
  std::vector<Item> goes;   ///< or has gone
  std::vector<Item> stays;  ///< `why` says what keeps it
  std::string trash;        ///< where what goes was moved to, relative to the root; empty for what is gone
  /// The run that the root's `latest` points at once the one it pointed at has gone; empty: the link goes too. Nothing
  /// if it stays as it is.
  std::optional<std::string> latest;

  std::uint64_t bytes() const;  ///< of all that goes
};

/// Moves a run, a set of datasets, or one file of them into the root's trash/. Only files that tarn wrote go: those
/// that the manifest tells of, snapshots and checkpoints with tarn's seal, and the few that every run has. Links, all
/// other files, and those of other owners or devices stay and are named, and so do pinned checkpoints and the newest
/// one where a single file is asked for. The run's lock is held meanwhile.
/// @param relative  beneath the root, with '/'
/// @param do_it     false: only tells what would go
/// @throws Locked if a run lives in it, NotManaged if it does not belong to this root, PathEscape, Io, NoSpace
RemovalReport remove_to_trash(const ManagedRoot& root, const std::string& relative, bool do_it);

/// Removes for good what is in trash/, and what killed runs left in tmp/ and beside marks and locks. Runs that live are
/// left alone. Files under names that tarn does not write stay and are named.
/// @param superseded  also the files in the superseded/ of each run
/// @throws PathEscape, Io
RemovalReport collect_garbage(const ManagedRoot& root, bool superseded, bool do_it);

}  // namespace tarn::io
