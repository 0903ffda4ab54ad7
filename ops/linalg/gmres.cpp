#include "tarn/ops/linalg/gmres.hpp"

namespace tarn::ops::detail {

HessenbergProblem::HessenbergProblem(int size, double residual) : right_(static_cast<std::size_t>(size) + 1, 0.0) {
  right_[0] = residual;
}

double HessenbergProblem::add_column(const std::vector<double>& column) {
  auto entries = column;
  const std::size_t j = triangle_.size();
  for (std::size_t n = 0; n < j; ++n) {
    const double upper = entries[n], lower = entries[n + 1];
    entries[n] = cosines_[n] * upper + sines_[n] * lower;
    entries[n + 1] = cosines_[n] * lower - sines_[n] * upper;
  }
  const double length = std::sqrt(entries[j] * entries[j] + entries[j + 1] * entries[j + 1]);
  cosines_.push_back(length == 0 ? 1 : entries[j] / length);
  sines_.push_back(length == 0 ? 0 : entries[j + 1] / length);
  entries[j] = length;
  entries.resize(j + 1);
  triangle_.push_back(std::move(entries));
  right_[j + 1] = -sines_[j] * right_[j];
  right_[j] *= cosines_[j];
  return std::abs(right_[j + 1]);
}

std::vector<double> HessenbergProblem::solve() const {
  std::vector<double> x(triangle_.size(), 0.0);
  for (std::size_t i = x.size(); i-- > 0;) {
    double sum = right_[i];
    for (std::size_t j = i + 1; j < x.size(); ++j)
      sum -= triangle_[j][i] * x[j];
    x[i] = triangle_[i][i] == 0 ? 0 : sum / triangle_[i][i];  // 0 only where the operator is singular
  }
  return x;
}

}  // namespace tarn::ops::detail
