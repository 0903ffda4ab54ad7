#pragma once

// Everything that arrays can do: #include "tarn/ops/ops.hpp", using namespace tarn::ops.

#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/expression/operators.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"
#include "tarn/ops/random/random_fill.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/ops/reduce/scan.hpp"
#include "tarn/ops/reduce/sort.hpp"
#include "tarn/ops/reduce/sum_reproducibly.hpp"
