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
  std::string deck;
  /// The text of `deck` comes on rank 0's standard input; the name is for messages.
  bool deck_on_input = false;
  std::vector<std::string> overrides;
  std::string root = "runs";
  std::optional<std::string> run_directory;
  /// "latest", or a checkpoint file; "auto" to start or go on, whichever there is to do; nothing for a new run.
  std::optional<std::string> restart;
  io::LockMode lock = io::LockMode::kernel;
};

/// Exit codes of the tarn program; stable.
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int other = 1;
inline constexpr int usage = 2;
inline constexpr int data = 3;
inline constexpr int numerics = 4;
inline constexpr int stopped = 75;
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
