#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/disk_space.hpp"
#include "tarn/apps/driver/needs.hpp"
#include "tarn/apps/driver/observer.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/parallel/transport.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/store/run_directory.hpp"

// What the driver knows of anything that the program runs: a case is what a deck asks for, work is one run of it.
// Simulations are one kind (simulation_case.hpp); an app may bring its own.

namespace tarn::apps {

/// How a run stands or ended.
enum class RunStatus { running, done, stopped, failed };

/// "running", "done" and so on, as run.json has it.
const char* name_of(RunStatus status);

/// How a run ended.
struct Outcome {
  RunStatus status = RunStatus::running;  ///< as run.json has it
  int exit_code = 0;                      ///< of the program
  std::string reason = {};                ///< why it stopped, failed, or had nothing to do; empty otherwise
  bool for_good = false;                  ///< it was stopped by somebody who does not want it to go on by itself
};

/// What a run has at hand.
struct RunContext {
  const Runtime& runtime;             ///< MPI and Kokkos
  const io::Deck& deck;               ///< without problems
  const RunRequest& request;          ///< paths resolved
  const io::RunDirectory& directory;  ///< held by this run
  bool continued;                     ///< whether the directory holds what an earlier process of this run did
  Observer& observer;                 ///< who is told
  /// How cells get from rank to rank, as Case::checked() found; nothing where none do.
  std::optional<Transport> transport = {};
  /// What has room in memory, as Case::checked() found; nothing where it did not look.
  std::optional<Room> room = {};
};

/// What Case::checked() found.
struct Prepared {
  RunRequest request;                       ///< paths resolved
  std::optional<Transport> transport = {};  ///< how cells get from rank to rank; nothing where none do
  std::optional<Room> room = {};            ///< what has room in memory; nothing where that was not looked at
};

/// One run in its directory, made before anything in that changes. The driver calls header(), start() and run(), and
/// keeps run.json and the deck in the directory. Members are collective; const ones are called on rank 0 alone.
class Work {
 public:
  virtual ~Work() = default;

  /// The lines before it begins.
  virtual std::string header() const = 0;
  /// What they warn of, which run.json and the report keep; usually empty.
  virtual std::string warning() const { return {}; }
  /// Makes all ready; the deck is stored once this has gone well.
  virtual void start() = 0;
  /// Does what the deck asks for. The same outcome on all ranks.
  virtual Outcome run() = 0;
  /// The lines at the end of a run that did not fail.
  virtual std::string report(const Outcome& outcome) const = 0;
  /// Adds to run.json what only this kind of work has to tell: at the beginning, at the end, and after a failure.
  virtual void tell(nlohmann::ordered_json& json) const = 0;
};

/// Where a process begins with its steps.
struct RunStart {
  std::int64_t step = 0;   ///< of the state
  double time = 0;         ///< of the problem
  bool continued = false;  ///< the files of this state are there already
};

/// A deck without problems, and what its app makes of it. It needs neither a device nor MPI.
class Case {
 public:
  explicit Case(io::Deck deck) : deck_(std::move(deck)) {}  ///< @param deck  without problems
  virtual ~Case() = default;
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  const io::Deck& deck() const { return deck_; }  ///< overrides included

  /// What `tarn check` says: what a run takes.
  /// @param root   the directory that the deck's paths are beneath
  /// @param start  where it begins; what has no steps takes no notice
  /// @throws what an app finds wrong that is no problem of the deck's text
  virtual std::string forecast(const std::string& root, const RunStart& start) const = 0;
  /// Lines that tell where this host is too small for a run; usually empty. The run may be meant for another.
  virtual std::string doubt() const { return {}; }
  /// What the files of a whole run take.
  /// @throws as forecast()
  virtual DiskNeed disk_need(const std::string& root) const = 0;
  /// @throws UsageError if so many ranks cannot share the work
  virtual void check_ranks(int /*ranks*/) const {}
  /// Looks at what a run is asked for, also in the environment, before anything is made on the disk. Collective.
  /// @throws UsageError, DataError
  virtual Prepared checked(const Runtime& runtime, const RunRequest& request) const = 0;
  /// @param context  must outlive the work, as must this
  virtual std::unique_ptr<Work> begin(const RunContext& context) const = 0;

 private:
  io::Deck deck_;
};

}  // namespace tarn::apps
