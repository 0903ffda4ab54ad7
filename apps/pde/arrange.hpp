#pragma once

#include "tarn/apps/pde/program.hpp"

namespace tarn::apps::pde {

/// A program with its steps in an order in which a host can join more of them in a pass: a value that is used once is
/// made right before what uses it. Of several such operands of a step that is the one of the shortest row of steps, as
/// a pass takes few. The values are the same, to the bit; steps that nobody needs are left out.
Program arranged(const Program& program);

}  // namespace tarn::apps::pde
