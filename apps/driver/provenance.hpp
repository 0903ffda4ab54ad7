#pragma once

#include "tarn/core/runtime.hpp"
#include "tarn/io/snapshot/provenance.hpp"

namespace tarn::apps {

/// What this program is and what it runs on, for the files it writes. Collective; the same on every rank.
io::Provenance provenance_of(const Runtime& runtime);

}  // namespace tarn::apps
