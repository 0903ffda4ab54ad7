#pragma once

#include <set>
#include <string>

#include "tarn/ops/formula/operations.hpp"

// The portable functions in PTX. PTX has no instructions for them whose bits are ours, so nvcc translates the very
// functions that hosts and other kernels call (ptx_functions.cu), when tarn is built, and kernels that are written at
// run time carry the text of those that they call. Beside other ways this is the simplest: there is one source of every
// function, with its branches, loops and tables; nothing is traced or written twice; and since all is one text, the
// driver compiles it at once, inlines what it likes, and keeps the result in its cache on disk.

namespace tarn::ops::detail {

/// The name of a function in PTX, which takes and gives doubles; null if an operation is none.
const char* ptx_function_name(OpCode code);

/// Whether tarn was built where nvcc was at hand.
bool ptx_has_functions();

/// The beginning of a text in PTX: what it is written for, and the functions.
std::string ptx_head(const std::set<OpCode>& functions);

}  // namespace tarn::ops::detail
