#include "tarn/ops/integrate/rkl2.hpp"

#include "tarn/core/error.hpp"

namespace tarn::ops {

namespace {

double b(int j) {
  return j < 3 ? 1.0 / 3.0 : (double(j) * j + j - 2) / (2.0 * j * (j + 1));
}

}  // namespace

Rkl2::Rkl2(int stages) : stage(static_cast<std::size_t>(stages) + 1) {
  require(stages >= 3 && stages % 2 == 1, "RKL2 needs an odd number of stages, at least 3");
  const double w = 4 / (double(stages) * stages + stages - 2);
  stage[1].mu_rate = b(1) * w;
  stage[1].time = stage[1].mu_rate;
  for (int j = 2; j <= stages; ++j) {
    const auto n = static_cast<std::size_t>(j);
    Stage& s = stage[n];
    s.mu = (2.0 * j - 1) / j * (b(j) / b(j - 1));
    s.nu = -(j - 1.0) / j * (b(j) / b(j - 2));
    s.mu_rate = s.mu * w;
    s.gamma_rate = -(1 - b(j - 1)) * s.mu_rate;
    s.time = s.mu * stage[n - 1].time + s.nu * stage[n - 2].time + s.mu_rate + s.gamma_rate;
  }
}

int Rkl2::stages_for(double ratio) {
  int stages = 3;
  while (reach(stages) < ratio)
    stages += 2;
  return stages;
}

}  // namespace tarn::ops
