#pragma once

#include <chrono>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/driver/verify/proof.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::cli {

/// How far `tarn verify` has come, and how it ended.
struct VerifyState {
  std::string directory;            ///< of the report
  int ranks = 1;                    ///< of this process
  std::size_t problems = 0;         ///< to be looked at
  double seconds = 0;               ///< since it began
  std::string status = "running";   ///< "done", "failed", "stopped"
  int exit_code = 0;                ///< of the program
  std::string reason = {};          ///< why it ended otherwise than done
  std::vector<apps::Proof> proofs;  ///< of the problems that have been looked at
};

/// Whether all problems have been looked at and nothing is bad.
bool is_good(const VerifyState& state);

/// The content of run.json, which `--json` prints.
nlohmann::ordered_json report_json(const VerifyState& state);

/// The report in its directory, from the start on: whatever ends the program, run.json says how far it came.
class VerifyReport {
 public:
  using Clock = std::chrono::steady_clock;

  /// Makes the directory. Collective.
  /// @param output  the directory itself; empty: a new one below `root`
  /// @param began   when the work did
  /// @throws Io, NotManaged, Locked
  VerifyReport(const Communicator& ranks, const std::string& output, const std::string& root, std::size_t problems,
               Clock::time_point began);

  const io::RunDirectory& directory() const { return directory_; }

  /// Adds what became of the next problem.
  void add(apps::Proof proof) { state_.proofs.push_back(std::move(proof)); }
  const VerifyState& state() const { return state_; }

  /// Writes run.json and the page for the last time. Collective.
  /// @throws Io, NoSpace
  void end(const std::string& status, int exit_code, const std::string& reason);
  /// The same after an error, on this rank alone: others may not have it.
  void end_failed(const std::exception& error) noexcept;

 private:
  void store(bool page);

  const Communicator& ranks_;
  io::RunDirectory directory_;
  Clock::time_point began_;
  VerifyState state_;
};

/// A folder of its own in a report's directory, removed with this object; on rank 0.
class Scratch {
 public:
  /// Collective.
  /// @throws Io
  Scratch(const Communicator& ranks, const io::RunDirectory& directory);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path() const { return path_.string(); }

 private:
  const Communicator& ranks_;
  std::filesystem::path path_;
};

}  // namespace tarn::cli
