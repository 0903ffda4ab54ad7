// The portable functions for kernels that are written at run time; see ptx_functions.hpp. Not part of the library: the
// build has nvcc translate it to PTX, whose text becomes part.
#include "tarn/ops/portable/portable_math.hpp"

#define TARN_FUNCTION_OF_ONE(name)                     \
  extern "C" __device__ double tarn_##name(double x) { \
    return tarn::ops::portable::name(x);               \
  }
#define TARN_FUNCTION_OF_TWO(name)                               \
  extern "C" __device__ double tarn_##name(double x, double y) { \
    return tarn::ops::portable::name(x, y);                      \
  }

TARN_FUNCTION_OF_ONE(sin)
TARN_FUNCTION_OF_ONE(cos)
TARN_FUNCTION_OF_ONE(tan)
TARN_FUNCTION_OF_ONE(asin)
TARN_FUNCTION_OF_ONE(acos)
TARN_FUNCTION_OF_ONE(atan)
TARN_FUNCTION_OF_ONE(sinh)
TARN_FUNCTION_OF_ONE(cosh)
TARN_FUNCTION_OF_ONE(tanh)
TARN_FUNCTION_OF_ONE(exp)
TARN_FUNCTION_OF_ONE(log)
TARN_FUNCTION_OF_ONE(log10)
TARN_FUNCTION_OF_TWO(pow)
TARN_FUNCTION_OF_TWO(atan2)
TARN_FUNCTION_OF_TWO(fmod)
