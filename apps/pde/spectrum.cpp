#include "tarn/apps/pde/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

namespace tarn::apps::pde {

namespace {

using Complex = std::complex<double>;

/// Both eigenvalues of a matrix of two rows.
std::array<Complex, 2> of_two(Complex a, Complex b, Complex c, Complex d) {
  const Complex mean = 0.5 * (a + d), half = 0.5 * (a - d), root = std::sqrt(half * half + b * c);
  return {mean + root, mean - root};
}

/// A matrix whose eigenvalues are looked for: brought into Hessenberg's form, then split where what is below the
/// diagonal has become 0.
class QrIteration {
 public:
  QrIteration(std::vector<Complex>& matrix, int rows) : matrix_(matrix), rows_(rows) {}

  std::vector<Complex> run() {
    std::vector<Complex> found;
    for (int column = 0; column + 2 < rows_; ++column)
      clear_below(column);
    int last = rows_ - 1;
    for (int sweep = 0; last >= 0; ++sweep) {
      const int first = first_of_block(last);
      if (first == last || sweep >= most_sweeps) {  // it did not converge: what is nearest
        found.push_back(at(last, last));
        last -= 1;
      } else if (first == last - 1) {
        for (const Complex& one : of_two(at(first, first), at(first, last), at(last, first), at(last, last)))
          found.push_back(one);
        last -= 2;
      } else {
        take_step(first, last, sweep);
        continue;
      }
      sweep = -1;
    }
    return found;
  }

 private:
  static constexpr int most_sweeps = 120;  ///< for an eigenvalue; some three are usual

  Complex& at(int row, int column) {
    return matrix_[static_cast<std::size_t>(row) * static_cast<std::size_t>(rows_) + static_cast<std::size_t>(column)];
  }

  /// Householder's reflection: leaves 0 in a column from two rows below the diagonal on.
  void clear_below(int column) {
    std::vector<Complex> mirror;
    double below = 0, length = 0;
    for (int row = column + 1; row < rows_; ++row) {
      mirror.push_back(at(row, column));
      (row == column + 1 ? length : below) += std::norm(mirror.back());
    }
    if (below == 0) return;
    const double head = std::abs(mirror[0]), whole = std::sqrt(length + below);
    mirror[0] += head > 0 ? mirror[0] * (whole / head) : Complex(whole);
    const double scale = 2 / (below + std::norm(mirror[0]));
    for (int other = column; other < rows_; ++other) {
      Complex share = 0;
      for (std::size_t n = 0; n < mirror.size(); ++n)
        share += std::conj(mirror[n]) * at(column + 1 + static_cast<int>(n), other);
      for (std::size_t n = 0; n < mirror.size(); ++n)
        at(column + 1 + static_cast<int>(n), other) -= scale * share * mirror[n];
    }
    for (int row = 0; row < rows_; ++row) {
      Complex share = 0;
      for (std::size_t n = 0; n < mirror.size(); ++n)
        share += at(row, column + 1 + static_cast<int>(n)) * mirror[n];
      for (std::size_t n = 0; n < mirror.size(); ++n)
        at(row, column + 1 + static_cast<int>(n)) -= scale * share * std::conj(mirror[n]);
    }
  }

  /// The block on the diagonal that ends with a row and falls apart no further.
  int first_of_block(int last) {
    constexpr double rounding = 1e-14;
    int first = last;
    while (first > 0 && std::abs(at(first, first - 1)) >
                            rounding * (std::abs(at(first, first)) + std::abs(at(first - 1, first - 1)) + 1e-300))
      --first;
    return first;
  }

  /// A - s = Q R, then A = R Q + s, by Givens' rotations.
  void take_step(int first, int last, int sweep) {
    const auto pair = of_two(at(last - 1, last - 1), at(last - 1, last), at(last, last - 1), at(last, last));
    const Complex corner = at(last, last);
    Complex shift = std::abs(pair[0] - corner) < std::abs(pair[1] - corner) ? pair[0] : pair[1];
    if (sweep % 11 == 10) shift += std::abs(at(last, last - 1));  // out of a circle
    for (int n = first; n <= last; ++n)
      at(n, n) -= shift;
    std::vector<std::array<Complex, 2>> turns;
    for (int n = first; n < last; ++n) {
      const Complex top = at(n, n), low = at(n + 1, n);
      const double length = std::sqrt(std::norm(top) + std::norm(low));
      const auto& [c, s] =
          turns.emplace_back(length > 0 ? std::array{top / length, low / length} : std::array{Complex(1), Complex(0)});
      for (int column = n; column <= last; ++column) {
        const Complex upper = at(n, column), lower = at(n + 1, column);
        at(n, column) = std::conj(c) * upper + std::conj(s) * lower;
        at(n + 1, column) = c * lower - s * upper;
      }
    }
    for (int n = first; n < last; ++n) {
      const auto& [c, s] = turns[static_cast<std::size_t>(n - first)];
      for (int row = first; row <= n + 1; ++row) {
        const Complex left = at(row, n), right = at(row, n + 1);
        at(row, n) = c * left + s * right;
        at(row, n + 1) = std::conj(c) * right - std::conj(s) * left;
      }
    }
    for (int n = first; n <= last; ++n)
      at(n, n) += shift;
  }

  std::vector<Complex>& matrix_;
  int rows_;
};

constexpr int angles = 2048;

}  // namespace

std::vector<Complex> eigenvalues(std::vector<Complex> matrix, int rows) {
  return QrIteration(matrix, rows).run();
}

StabilityRegion::StabilityRegion(ops::Scheme scheme, int stages)
    : scheme_(scheme), longest_(3), reach_{std::vector<double>(angles + 1, -1), std::vector<double>(angles + 1, -1)} {
  if (scheme == ops::Scheme::rkl2) {
    rkl2_.emplace(stages);
    longest_ = 2 * ops::Rkl2::reach(stages);
  }
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

/// Steps outward until |R| is above exp(rate * r), then halves the last step; infinite: it is not up to the farthest.
double StabilityRegion::first_beyond(Complex direction, double rate, double farthest) const {
  const double rounding = rkl2_ ? 1e-12 : 4e-15;
  const int steps = rkl2_ ? 600 : static_cast<int>(200 * farthest);
  const auto is_sound = [&](double r) {
    return std::abs(amplification(r * direction)) <= std::exp(rate * r) + rounding;
  };
  for (int n = 1; n <= steps; ++n) {
    double sound = farthest * (n - 1) / steps, beyond = farthest * n / steps;
    if (is_sound(beyond)) continue;
    for (int halving = 0; halving < 60; ++halving) {
      const double middle = 0.5 * (sound + beyond);
      (is_sound(middle) ? sound : beyond) = middle;
    }
    return sound;
  }
  return std::numeric_limits<double>::infinity();
}

double StabilityRegion::reach_at(double angle, bool turns_grow) const {
  if (rkl2_ && angle == std::numbers::pi) return longest_;
  const Complex direction(angle == std::numbers::pi ? -1 : std::cos(angle),
                          angle == std::numbers::pi ? 0 : std::sin(angle));
  constexpr double growth_in_a_radian = 0.2, most_of_growth = 20;
  const bool is_upright = angle == std::numbers::pi / 2;
  const double by_itself = is_upright ? 0 : direction.real();
  const double rate =
      std::max({0.0, 2 * by_itself, turns_grow ? by_itself + growth_in_a_radian * direction.imag() : 0.0});
  const double farthest = rate > 0 ? std::max(longest_, most_of_growth) : longest_ * 1.01;
  const double reach = first_beyond(direction, rate, farthest);
  // What is left on the imaginary axis where the method grows is the rounding that was allowed.
  return is_upright && reach < 0.005 ? 0 : reach;
}

/// Between two angles of the table, but beside the imaginary axis, where the reach rises steeply.
double StabilityRegion::reach(Complex direction, bool turns_grow) const {
  constexpr std::size_t upright = angles / 2;
  if (std::abs(direction.real()) <= rounding_of_eigenvalues * std::abs(direction)) return known(upright, turns_grow);
  const double angle = std::atan2(std::abs(direction.imag()), direction.real());
  const double place = angle / std::numbers::pi * angles;
  const auto below = std::min(static_cast<std::size_t>(place), static_cast<std::size_t>(angles - 1));
  if (!turns_grow && (below == upright || below + 1 == upright)) return reach_at(angle, false);
  const double share = place - static_cast<double>(below);
  const double first = known(below, turns_grow), second = known(below + 1, turns_grow);
  return std::isfinite(first) && std::isfinite(second) ? (1 - share) * first + share * second : std::min(first, second);
}

double StabilityRegion::known(std::size_t place, bool turns_grow) const {
  double& reach = reach_[turns_grow ? 1 : 0][place];
  if (reach < 0) reach = reach_at(std::numbers::pi * static_cast<double>(place) / angles, turns_grow);
  return reach;
}

}  // namespace tarn::apps::pde
