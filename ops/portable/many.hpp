#pragma once

#include <cstdint>

// The portable functions of many numbers at once, on a host: in vectors, where the compiler has them, with the same
// bits as the functions of one number.
//
// The algorithms, and every rounding in them, are those of the functions of one number; what differs is that both
// branches are computed and one is chosen, so that all numbers take the same way (portable/lanes.hpp). The few
// arguments for which that way is not made go through the functions of one number.

namespace tarn::ops::portable::many {

/// out[n] = f(x[n]), 0 <= n < count. `out` may be `x`; otherwise they do not overlap.
using Unary = void(const double* x, double* out, std::int64_t count);
/// out[n] = f(x[n], y[n]), 0 <= n < count. `out` may be `x` or `y`; otherwise they do not overlap.
using Binary = void(const double* x, const double* y, double* out, std::int64_t count);

Unary exp, log, log10;
Unary sin, cos, tan;
Unary asin, acos, atan;
Unary sinh, cosh, tanh;
Binary pow, atan2, fmod;

}  // namespace tarn::ops::portable::many
