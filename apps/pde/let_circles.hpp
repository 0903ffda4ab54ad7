#pragma once

#include "tarn/apps/pde/sources.hpp"

namespace tarn::apps::pde {

/// Adds the circles of names of [pde.let] that are made from themselves: of each such name the shortest.
/// @param field_count  of the system; all sources have their trees
void check_circles(const Sources& sources, int field_count, io::Problems& problems);

}  // namespace tarn::apps::pde
