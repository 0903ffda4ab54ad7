#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// The members of a batch that hold a value NaN or infinite, in ascending order. Fenced.
/// @param grid    of the batch
/// @param fields  its state
template <class Real>
std::vector<std::size_t> members_with_flaws(const Space& space, const Grid& grid, const Fields<Real>& fields);

/// Names the first such value of one member, as a run of its own does: field and cell. Fenced.
/// @param patch  of the member
/// @param state  of it, with such a value
template <class Real>
std::string flaw_in(const Patch& patch, const std::vector<NamedField>& state);

}  // namespace tarn::apps
