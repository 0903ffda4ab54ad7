#pragma once

#include "tarn/ops/linalg/strided.hpp"

namespace tarn::ops::detail {

/// c = alpha a b + beta c for integers, which no BLAS has: tiles of c that stay in registers and a GPU's shared memory
/// or a host's first cache. Overflow wraps around. Any strides; an operand with batch stride 0 is repeated.
/// @param space  instance the work is enqueued on; no fence
template <class T>
void integer_product(const Space& space, const Strided<const T>& a, const Strided<const T>& b, const Strided<T>& c,
                     T alpha, T beta);

}  // namespace tarn::ops::detail
