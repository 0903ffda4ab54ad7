#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/observer.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/store/lease.hpp"

namespace tarn::apps {

/// What `tarn run` was asked for.
struct RunRequest {
  std::string deck;  ///< the file
  /// The text of `deck` comes on rank 0's standard input; the name is for messages.
  bool deck_on_input = false;
  std::optional<std::string> deck_text;      ///< its text, where the caller has read it already; rank 0's counts
  std::vector<std::string> overrides;        ///< each `table.key=value`
  std::string root = "runs";                 ///< where run directories are made
  std::optional<std::string> run_directory;  ///< the directory itself; nothing: a new one in the root
  /// "latest", or a checkpoint file; "auto" to start or go on, whichever there is to do; nothing for a new run.
  std::optional<std::string> restart;
  io::LockMode lock = io::LockMode::kernel;  ///< how others are kept out of the directory
};

/// Exit codes of the tarn program; stable.
namespace exit_code {
inline constexpr int done = 0;      ///< all is well
inline constexpr int other = 1;     ///< what none of the others says
inline constexpr int usage = 2;     ///< a bad deck or command line
inline constexpr int data = 3;      ///< a file cannot be read or written
inline constexpr int numerics = 4;  ///< the numbers went bad
inline constexpr int stopped = 75;  ///< early, with a checkpoint
}  // namespace exit_code

/// What an exception says; of those that are not tarn's own the first line, for Kokkos adds a traceback that says
/// nothing.
std::string message_of(const std::exception& error);

/// The exit code of an exception.
int exit_code_of(const std::exception& error);

/// Runs a deck in a run directory: a new one, that of the newest run of the deck's name with `restart` "latest", or a
/// new one that begins from a checkpoint file. Collective.
/// @returns exit_code::done, or exit_code::stopped if it was stopped early with a valid checkpoint
/// @throws what goes wrong; run.json then says so
int run_deck(const Runtime& runtime, const RunRequest& request, Observer& observer = nobody());

}  // namespace tarn::apps
