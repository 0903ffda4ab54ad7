#pragma once

#include <string>

#include "tarn/ops/formula/operations.hpp"

// Single operations in PTX. Every one names its rounding, so that nothing is contracted, and has the bits of apply().

namespace tarn::ops::detail {

/// A number as PTX writes it.
/// @param single  whether it is a float; otherwise it is a double
std::string ptx_number(double value, bool single);

/// to = code(a), or code(a, b), of registers and numbers of one type. `to` may be an operand.
/// @param single  whether they are float: arithmetic is in that precision, functions are computed in double and rounded
/// @return nothing where an operation cannot be written: ptx_can_write() tells
std::string ptx_operation(OpCode code, bool single, const std::string& to, const std::string& a, const std::string& b);

/// Whether ptx_operation() has words for an operation: all but random numbers, jumps, and functions where the program
/// was built without the compiler that translates them.
bool ptx_can_write(OpCode code);

/// The comparison of PTX that an operation is, such as "lt"; null if it is none.
const char* ptx_comparison(OpCode code);

}  // namespace tarn::ops::detail
