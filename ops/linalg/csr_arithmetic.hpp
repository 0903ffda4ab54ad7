#pragma once

#include <source_location>
#include <type_traits>

#include "tarn/ops/linalg/csr.hpp"

// Sparse matrices made of sparse matrices, by Kokkos Kernels. It works on the default instance of the space, whatever
// instance is handed over: older ones take no other. A Kokkos Kernels that was built without its sparse part makes both
// functions throw.

namespace tarn::ops {

/// The product a b, with the columns of each row in order and each once. An entry is stored where a row of a meets a
/// row of b, even if the sum is 0; entries of a or b at the same place add up.
/// On a host each entry is added up in the order of a's row. A GPU adds in an order of its own: there the last bits may
/// differ from run to run, and the structure never does.
/// @param space  instance whose work is waited for; what is returned is computed
/// @param b      with as many rows as a has columns
/// @throws ShapeMismatch if b does not fit, Error if there are more than 2^31 - 1 rows
template <class Real>
Csr<Real> multiply(const Space& space, const Csr<Real>& a, const Csr<Real>& b,
                   std::source_location place = std::source_location::current());

/// alpha a + beta b, with the columns of each row in order and each once. An entry is stored wherever a or b has one;
/// it has the same bits everywhere where a row of each names a column once.
/// @param space  instance whose work is waited for; what is returned is computed
/// @throws ShapeMismatch if a and b have not the same shape, Error if there are more than 2^31 - 1 rows
template <class Real>
Csr<Real> add(const Space& space, const Csr<Real>& a, const Csr<Real>& b, std::type_identity_t<Real> alpha = 1,
              std::type_identity_t<Real> beta = 1, std::source_location place = std::source_location::current());

template <class Real>
Csr<Real> multiply(const Csr<Real>& a, const Csr<Real>& b,
                   std::source_location place = std::source_location::current()) {
  return multiply<Real>(Space{}, a, b, place);
}
template <class Real>
Csr<Real> add(const Csr<Real>& a, const Csr<Real>& b, std::type_identity_t<Real> alpha = 1,
              std::type_identity_t<Real> beta = 1, std::source_location place = std::source_location::current()) {
  return add<Real>(Space{}, a, b, alpha, beta, place);
}

}  // namespace tarn::ops
