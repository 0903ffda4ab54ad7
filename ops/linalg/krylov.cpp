#include "tarn/ops/linalg/krylov.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::ops::detail {

void fail(const char* method, const std::string& why, const KrylovResult& result) {
  throw NotConverged(fmt::format("{}: {} after {} iterations; the residual is {:.3e}, its target {:.3e}", method, why,
                                 result.iterations, result.residual, result.target),
                     result.iterations, result.residual);
}

bool reached(KrylovResult& result, double residual) {
  result.residual = residual;
  result.history.push_back(residual);
  return residual <= result.target;
}

}  // namespace tarn::ops::detail
