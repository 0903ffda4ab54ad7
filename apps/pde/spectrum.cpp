#include "tarn/apps/pde/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "tarn/apps/pde/hessenberg.hpp"

namespace tarn::apps::pde {

namespace {

using Complex = std::complex<double>;

/// Both eigenvalues of a matrix of two rows.
std::array<Complex, 2> of_two(Complex a, Complex b, Complex c, Complex d) {
  const Complex mean = 0.5 * (a + d), half = 0.5 * (a - d), root = std::sqrt(half * half + b * c);
  return {mean + root, mean - root};
}

/// Where an element of a matrix of so many columns lies.
std::size_t place_in(int columns, int row, int column) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
}

/// A matrix whose eigenvalues are looked for; rows below `size` are done.
class QrIteration {
 public:
  QrIteration(std::vector<Complex>& matrix, int rows) : matrix_(matrix), rows_(rows) {}

  std::vector<Complex> run() {
    std::vector<Complex> found;
    int size = rows_;
    for (int sweep = 0; size > 2 && sweep < 60 * rows_; ++sweep) {
      const double below = row_below(size - 1);
      if (below <= 1e-14 * (std::abs(at(size - 1, size - 1)) + std::abs(at(size - 2, size - 2)) + 1e-300)) {
        --size;
        found.push_back(at(size, size));
        continue;
      }
      take_step(size, sweep);
    }
    for (; size > 2; --size)  // it did not converge: what is nearest
      found.push_back(at(size - 1, size - 1));
    if (size == 2) {
      for (const Complex& one : of_two(at(0, 0), at(0, 1), at(1, 0), at(1, 1)))
        found.push_back(one);
    } else if (size == 1) {
      found.push_back(at(0, 0));
    }
    return found;
  }

 private:
  Complex& at(int row, int column) { return matrix_[place_in(rows_, row, column)]; }

  double row_below(int row) {
    double sum = 0;
    for (int column = 0; column < row; ++column)
      sum += std::abs(at(row, column));
    return sum;
  }

  /// A - s = Q R, then A = R Q + s, by Gram and Schmidt's method.
  void take_step(int size, int sweep) {
    const auto pair =
        of_two(at(size - 2, size - 2), at(size - 2, size - 1), at(size - 1, size - 2), at(size - 1, size - 1));
    const Complex corner = at(size - 1, size - 1);
    Complex shift = std::abs(pair[0] - corner) < std::abs(pair[1] - corner) ? pair[0] : pair[1];
    if (sweep % 11 == 10) shift += Complex(row_below(size - 1), 0);  // out of a circle
    std::vector<Complex> q(static_cast<std::size_t>(size * size)), r(q.size());
    const auto place = [size](int row, int column) { return place_in(size, row, column); };
    for (int column = 0; column < size; ++column) {
      for (int row = 0; row < size; ++row)
        q[place(row, column)] = at(row, column) - (row == column ? shift : Complex(0));
      for (int pass = 0; pass < 2; ++pass) {  // twice is enough
        for (int before = 0; before < column; ++before) {
          Complex share = 0;
          for (int row = 0; row < size; ++row)
            share += std::conj(q[place(row, before)]) * q[place(row, column)];
          r[place(before, column)] += share;
          for (int row = 0; row < size; ++row)
            q[place(row, column)] -= share * q[place(row, before)];
        }
      }
      double length = 0;
      for (int row = 0; row < size; ++row)
        length += std::norm(q[place(row, column)]);
      length = std::sqrt(length);
      r[place(column, column)] = length;
      for (int row = 0; row < size && length > 0; ++row)
        q[place(row, column)] /= length;
    }
    for (int row = 0; row < size; ++row) {
      for (int column = 0; column < size; ++column) {
        Complex sum = row == column ? shift : Complex(0);
        for (int k = row; k < size; ++k)
          sum += r[place(row, k)] * q[place(k, column)];
        at(row, column) = sum;
      }
    }
  }

  std::vector<Complex>& matrix_;
  int rows_;
};

constexpr int angles = 1024;

}  // namespace

std::vector<Complex> eigenvalues(std::vector<Complex> matrix, int rows) {
  constexpr int few_rows = 16;  // QR steps of the matrix as it is are no slower
  if (rows > few_rows) return eigenvalues_by_hessenberg(std::move(matrix), rows);
  return QrIteration(matrix, rows).run();
}

StabilityRegion::StabilityRegion(ops::Scheme scheme, int stages) : scheme_(scheme), longest_(3) {
  if (scheme == ops::Scheme::rkl2) {
    rkl2_.emplace(stages);
    longest_ = 2 * ops::Rkl2::reach(stages);
  }
  for (int n = 0; n <= angles; ++n)
    reach_.push_back(reach_at(std::numbers::pi * (0.5 + 0.5 * n / angles)));
}

Complex StabilityRegion::amplification(Complex z) const {
  switch (scheme_) {
    case ops::Scheme::euler:
      return 1.0 + z;
    case ops::Scheme::ssp_rk2:
      return 1.0 + z * (1.0 + z / 2.0);
    case ops::Scheme::ssp_rk3:
      return 1.0 + z * (1.0 + z / 2.0 * (1.0 + z / 3.0));
    case ops::Scheme::rk4:
      return 1.0 + z * (1.0 + z / 2.0 * (1.0 + z / 3.0 * (1.0 + z / 4.0)));
    default:
      break;
  }
  const auto& stage = rkl2_->stage;
  Complex before = 1, last = 1.0 + stage[1].mu_rate * z;
  for (std::size_t j = 2; j < stage.size(); ++j) {
    const auto& s = stage[j];
    const Complex next = s.mu * last + s.nu * before + (1 - s.mu - s.nu) + s.mu_rate * z * last + s.gamma_rate * z;
    before = last;
    last = next;
  }
  return last;
}

/// Steps outward until |R| is above 1, then halves the last step.
double StabilityRegion::reach_at(double angle) const {
  constexpr int steps = 600;
  constexpr double rounding = 1e-12;
  const Complex direction(angle == std::numbers::pi ? -1 : std::cos(angle),
                          angle == std::numbers::pi ? 0 : std::sin(angle));
  const auto is_stable = [&](double r) { return std::abs(amplification(r * direction)) <= 1 + rounding; };
  if (rkl2_ && angle == std::numbers::pi) return longest_;
  double sound = 0, beyond = longest_ * 1.01;
  for (int n = 1; n <= steps; ++n) {
    const double r = beyond * n / steps;
    if (is_stable(r)) {
      sound = r;
    } else {
      beyond = r;
      break;
    }
  }
  for (int n = 0; n < 60; ++n) {
    const double middle = 0.5 * (sound + beyond);
    (is_stable(middle) ? sound : beyond) = middle;
  }
  // What is left on the imaginary axis where the method grows is the rounding that was allowed.
  return angle <= std::numbers::pi / 2 && sound < 0.005 ? 0 : sound;
}

double StabilityRegion::reach(Complex direction) const {
  const double angle = std::atan2(std::abs(direction.imag()), direction.real());
  const double place = std::clamp((angle / std::numbers::pi - 0.5) * 2 * angles, 0.0, static_cast<double>(angles));
  const auto below = std::min(static_cast<std::size_t>(place), reach_.size() - 2);
  const double share = place - static_cast<double>(below);
  return (1 - share) * reach_[below] + share * reach_[below + 1];
}

}  // namespace tarn::apps::pde
