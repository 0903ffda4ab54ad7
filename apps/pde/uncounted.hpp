#pragma once

#include <string>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// The integrals and means of which the limit of the step does not know what they do to the fields, with the equation
/// and where they stand there: inside upwind, grad2, fluxes, and operators of fields of [pde.let]; and those of slopes.
/// For a note; empty: there is none.
std::string uncounted_reductions(const System& system);

}  // namespace tarn::apps::pde
