#include "tarn/apps/driver/snapshot_info.hpp"

#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/version.hpp"

namespace tarn::apps {

io::SnapshotInfo snapshot_info(const SimulationContext& context, const Moment& now, double dt,
                               const io::Provenance& provenance) {
  io::SnapshotInfo info;
  info.step = now.step;
  info.time = now.time;
  info.dt = dt;
  info.counted_from = now.counted.from;
  info.counted_steps = now.counted.steps;
  info.deck = context.deck.text();
  info.app = context.deck.app();
  info.run_name = run_name_of(context.deck);
  info.precision = context.deck.text("run.precision");
  info.seed = static_cast<std::uint64_t>(context.deck.integer("run.seed"));
  info.ranks = context.runtime.communicator().size();
  info.tarn_version = version();
  info.provenance = provenance;
  return info;
}

}  // namespace tarn::apps
