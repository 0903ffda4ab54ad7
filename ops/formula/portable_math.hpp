#pragma once

// Elementary functions with the same bits on every host and GPU and from every compiler, because they are
// computed from correctly rounded operations alone (see portable/double_double.hpp), never by the system's
// library. All take and return double, are defined for every argument, and are callable in kernels.

#include "tarn/ops/formula/portable/double_double.hpp"
#include "tarn/ops/formula/portable/exp_log.hpp"
#include "tarn/ops/formula/portable/hyperbolic.hpp"
#include "tarn/ops/formula/portable/inverse_trigonometry.hpp"
#include "tarn/ops/formula/portable/rounding.hpp"
#include "tarn/ops/formula/portable/trigonometry.hpp"
