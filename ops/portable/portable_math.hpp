#pragma once

// Elementary functions with the same bits on every host and GPU and from every compiler, because they are
// computed from correctly rounded operations alone (see portable/double_double.hpp), never by the system's
// library. All take and return double, are defined for every argument, and are callable in kernels.

#include "tarn/ops/portable/double_double.hpp"
#include "tarn/ops/portable/exp_log.hpp"
#include "tarn/ops/portable/hyperbolic.hpp"
#include "tarn/ops/portable/inverse_trigonometry.hpp"
#include "tarn/ops/portable/rounding.hpp"
#include "tarn/ops/portable/trigonometry.hpp"
