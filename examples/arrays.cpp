#include <fmt/format.h>

#include "tarn/core/memory/transfer.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"

int main(int argc, char** argv) {
  tarn::Runtime runtime(argc, argv);
  using namespace tarn::ops;

  auto a = runtime.array<double>("a", 1000, 1000);  // a Kokkos::View from the pool
  random_uniform(runtime.space(), a, {.seed = 42});
  auto c = runtime.array<double>("c", 1000, 1000);
  auto r = runtime.array<double>("r", 1000);
  assign(r, 0.001 * iota(1000));

  assign(c, 2.0 * sin(a) + row(r));   // one fused kernel, broadcast
  assign(c, where(a > 0.5, c, 0.0));  // in place
  const double s = sum(c * c);        // fused into the reduction, no temporary
  auto m = runtime.array<double>("m", 1000);
  assign(m, mean(c, axis<0>));  // along an axis
  matmul(c, a, transposed(a));  // c = a a^T, vendor BLAS

  auto host = tarn::download(c);  // pinned staging, counted
  fmt::print("{:.6f} {:.6f} {:.6f}\n{}\n", s, max(m), host(0, 0), runtime.transfers());
  runtime.pool().release_unused();
}
