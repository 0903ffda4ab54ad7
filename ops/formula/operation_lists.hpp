#pragma once

// The operations of instructions, for switches that have a case for each: use(name) stands for OpCode::name.

#define TARN_UNARY_OPERATIONS(use)                                                                                \
  use(negate) use(invert) use(square) use(cube) use(fourth) use(reciprocal) use(sin) use(cos) use(tan) use(asin)  \
      use(acos) use(atan) use(sinh) use(cosh) use(tanh) use(exp) use(log) use(log10) use(sqrt) use(abs) use(sign) \
          use(floor) use(ceil)

#define TARN_BINARY_OPERATIONS(use)                                                                           \
  use(add) use(subtract) use(multiply) use(divide) use(power) use(atan2) use(min) use(max) use(mod) use(less) \
      use(less_equal) use(greater) use(greater_equal) use(equal) use(not_equal) use(both) use(either)
