#pragma once

#include <string>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/needs.hpp"
#include "tarn/core/parallel/communicator.hpp"

namespace tarn::apps {

/// What has room in the memory of the device that has the least of it: on hosts the host's, and what a job asked for
/// decides between single steps and all. Some systems promise any amount of memory, and end a program that fills what
/// there is not. Collective.
/// @throws UsageError where not even single steps have room
Room room_on_all(const Communicator& ranks, const io::Deck& deck, const Model& model);

/// A line that tells where the memory of this host is too small for a run on it alone; usually empty. The run may be
/// meant for other machines. It needs neither a device nor MPI.
std::string doubt_of_memory(const io::Deck& deck, const Model& model);

}  // namespace tarn::apps
