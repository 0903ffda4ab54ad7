#pragma once

#include <vector>

#include "tarn/apps/plot/block.hpp"
#include "tarn/apps/plot/request.hpp"

namespace tarn::plot {

/// The cell whose layer a cut takes.
/// @throws UsageError for an axis that the mesh does not have, or a place outside it
std::int64_t cell_at(const Mesh& mesh, int axis, double place);

/// Takes axes away from a block, one after the other. What is not finite stays so in a mean and in a maximum.
/// @throws UsageError as cell_at(), and for an axis that is asked for twice
Block reduced(Block block, const std::vector<AxisRequest>& axes);

/// The mesh that the cuts among the requests leave.
Mesh after_cuts(Mesh mesh, const std::vector<AxisRequest>& axes);

}  // namespace tarn::plot
