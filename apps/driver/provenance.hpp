#pragma once

#include <string>

#include "tarn/core/runtime.hpp"
#include "tarn/io/snapshot/provenance.hpp"

namespace tarn::apps {

/// The name of this machine.
std::string host_name();

/// What this program is and what it runs on, for the files it writes. Collective; the same on every rank.
io::Provenance provenance_of(const Runtime& runtime);

}  // namespace tarn::apps
