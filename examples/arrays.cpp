#include <fmt/format.h>

#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"

int main(int argc, char** argv) {
  tarn::Runtime runtime(argc, argv);
  using namespace tarn::ops;

  tarn::Field<double, 2> a("a", 1000, 1000), c("c", 1000, 1000);
  tarn::Field<double, 1> r("r", 1000), m("m", 1000);
  random_uniform(runtime.space(), a, {.seed = 42});
  assign(r, 0.001 * iota(1000));

  assign(c, 2.0 * sin(a) + row(r));   // one fused kernel, broadcast
  assign(c, where(a > 0.5, c, 0.0));  // in place
  const double s = sum(c * c);        // fused into the reduction, no temporary
  assign(m, mean(c, axis<0>));        // along an axis
  sort(runtime.space(), m);

  fmt::print("{:.6f} {:.6f}\n", s, max(m));
}
