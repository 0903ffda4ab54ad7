#pragma once

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::apps {

/// What a snapshot of a simulation tells of where it comes from.
/// @param dt          the step that led to `now` [time]
/// @param provenance  see provenance_of()
io::SnapshotInfo snapshot_info(const SimulationContext& context, const Moment& now, double dt,
                               const io::Provenance& provenance);

}  // namespace tarn::apps
