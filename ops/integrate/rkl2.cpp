#include "tarn/ops/integrate/rkl2.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

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

/// R(-z): what one step makes of a mode that is 1 and whose rate is -z.
double Rkl2::amplification(double z) const {
  double before_last = 1, last = 1 - stage[1].mu_rate * z;
  for (std::size_t j = 2; j < stage.size(); ++j) {
    const Stage& s = stage[j];
    const double next = s.mu * last + s.nu * before_last + (1 - s.mu - s.nu) - s.mu_rate * z * last - s.gamma_rate * z;
    before_last = last;
    last = next;
  }
  return last;
}

double Rkl2::error_of(int stages, double steps, double reach) {
  const Rkl2 method(stages);
  const double largest = 2 * reach;  // the fastest mode, by which Euler's limit is defined
  double error = 0;
  const auto look = [&](double z) {
    const double once = method.amplification(z), left = std::pow(std::abs(once), steps), exact = std::exp(-steps * z);
    error = std::max(error, once < 0 ? left + exact : std::abs(left - exact));
  };
  // Slow modes at all scales; fast ones as R oscillates, most densely at the end.
  constexpr int scales = 400, per_oscillation = 8;
  const double slowest = std::min(0.01 / steps, largest);
  for (int n = 0; n <= scales; ++n)
    look(slowest * std::pow(largest / slowest, static_cast<double>(n) / scales));
  for (int n = 0; n <= per_oscillation * stages; ++n)
    look(largest * (1 - std::cos(std::numbers::pi * n / (per_oscillation * stages))) / 2);
  return error;
}

}  // namespace tarn::ops
