#pragma once

#include <string>

#include "tarn/apps/euler/state.hpp"
#include "tarn/core/grid/grid.hpp"

namespace tarn::apps::euler {

/// Where a cell is, what it holds, and what those hold that share a face with it: for an error. Where its pressure is
/// lost in the rounding of its kinetic energy, it says so.
/// @param cell  its number in the domain; one of this rank's block
template <class Real, int Dim>
std::string describe_cell(const Grid& grid, const Gas<Real>& gas, const Fields<Real>& u, std::int64_t cell);

}  // namespace tarn::apps::euler
