#pragma once

// Everything that arrays can do: #include "tarn/ops/ops.hpp", using namespace tarn::ops.

#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/expression/operators.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"
#include "tarn/ops/linalg/bicgstab.hpp"
#include "tarn/ops/linalg/cg.hpp"
#include "tarn/ops/linalg/csr.hpp"
#include "tarn/ops/linalg/csr_arithmetic.hpp"
#include "tarn/ops/linalg/gmres.hpp"
#include "tarn/ops/linalg/matmul.hpp"
#include "tarn/ops/linalg/row_colors.hpp"
#include "tarn/ops/linalg/solve.hpp"
#include "tarn/ops/linalg/sor.hpp"
#include "tarn/ops/random/random_fill.hpp"
#include "tarn/ops/reduce/blocks.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/ops/reduce/scan.hpp"
#include "tarn/ops/reduce/sort.hpp"
#include "tarn/ops/reduce/sum_reproducibly.hpp"
