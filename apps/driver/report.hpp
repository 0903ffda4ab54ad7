#pragma once

#include <string>
#include <vector>

#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/disk_space.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/verify/errors.hpp"
#include "tarn/core/profile/bandwidth.hpp"
#include "tarn/io/snapshot/background_writer.hpp"

namespace tarn::apps {

/// Where the time before the first step went [s].
struct StartTimes {
  double initial_state = 0;  ///< to make the simulation, its initial state included
  double checkpoint = 0;     ///< to read one
  double bandwidth = 0;      ///< to measure the device's
};

/// What run.json and the end report of a simulation tell.
struct RunSummary {
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
  std::vector<FieldError> errors;     ///< of the last state, where its exact solution is known
};

/// Cell updates per second of all ranks together; 0 before the first step.
double cell_updates_per_second(const Grid& grid, const RunSummary& summary);

/// The lines before the first step: deck, grid, ranks, device, forecast.
/// @param root  the directory that the run's is in
std::string header_text(const SimulationContext& context, const Model& model, const std::string& root,
                        const RunStart& start);

/// Time and bytes by region, and why shares that seem too large are.
std::string regions_text(const RunSummary& summary);

/// The table at the end: time and bytes by region, bandwidth beside the measured one, where the pictures are.
std::string end_text(const SimulationContext& context, const Outcome& outcome, const RunSummary& summary,
                     const std::string& directory);

/// Adds what run.json tells of a simulation beyond what it tells of every run.
void tell(const SimulationContext& context, const RunSummary& summary, nlohmann::ordered_json& json);

/// What the files of a whole run take.
DiskNeed disk_need(const io::Deck& deck, const Model& model);

/// What `tarn check` and the header say of a deck: steps, memory, bytes of files, all of what is left from `start` on.
/// @param root  the directory that the deck's paths are beneath
std::string forecast_text(const io::Deck& deck, const Model& model, const std::string& root = "",
                          const RunStart& start = {});

}  // namespace tarn::apps
