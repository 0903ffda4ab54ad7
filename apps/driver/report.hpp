#pragma once

#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/core/profile/bandwidth.hpp"
#include "tarn/io/snapshot/background_writer.hpp"

namespace tarn::apps {

/// How a run stands or ended.
enum class RunStatus { running, done, stopped, failed };

/// Where the time before the first step went [s].
struct StartTimes {
  double initial_state = 0;  ///< to make the simulation, its initial state included
  double checkpoint = 0;     ///< to read one
  double bandwidth = 0;      ///< to measure the device's
};

/// What run.json and the end report tell.
struct RunSummary {
  RunStatus status = RunStatus::running;
  int exit_code = 0;
  std::string reason;            ///< why it stopped, failed, or had nothing to do; empty otherwise
  std::int64_t steps = 0;        ///< of the run, earlier processes counted
  std::int64_t steps_taken = 0;  ///< by this process
  double time = 0;               ///< of the problem
  double walltime = 0;           ///< of this process, the time loop alone [s]
  StartTimes start;              ///< what came before it
  std::int64_t snapshots = 0, pictures = 0;
  io::BackgroundReport background;    ///< files written beside the steps, of rank 0
  std::int64_t bytes_written = 0;     ///< into them, by rank 0
  std::vector<std::string> remarks;   ///< what the simulation says of the run
  Bandwidth peak;                     ///< measured at start, this rank's share [bytes/s]
  std::vector<RegionReport> regions;  ///< of rank 0
};

/// Cell updates per second of all ranks together; 0 before the first step.
double cell_updates_per_second(const Grid& grid, const RunSummary& summary);

/// Where a process begins with its steps.
struct RunStart {
  std::int64_t step = 0;
  double time = 0;
  bool continued = false;  ///< the files of this state are there already
};

/// The lines before the first step: deck, grid, ranks, device, forecast.
/// @param root  the directory that the run's is in
std::string header_text(const SimulationContext& context, const App& app, const std::string& root,
                        const RunStart& start);

/// The table at the end: time and bytes by region, bandwidth beside the measured one, where the pictures are.
std::string end_text(const SimulationContext& context, const RunSummary& summary, const std::string& directory);

/// The content of run.json.
std::string run_json(const SimulationContext& context, const RunSummary& summary, const std::string& directory);

/// Steps in a run: with more a step is less than some four units in the last place of the time, and does not advance
/// it.
inline constexpr double most_steps = 1e15;

/// Adds it if a simulation's deck asks for more steps than can be counted, for steps so short that they do not change
/// the time, or for output so often that rounding blurs when it is due. The deck has no other problems.
void check_steps(const io::Deck& deck, const App& app, io::Problems& problems);

/// What `tarn check` and the header say of a deck: steps, memory, bytes of files, all of what is left from `start` on.
/// @param root  the directory that the deck's paths are beneath
/// @throws what an app finds wrong that is no problem of the deck's text
std::string forecast_text(const io::Deck& deck, const App& app, const std::string& root = "",
                          const RunStart& start = {});

}  // namespace tarn::apps
