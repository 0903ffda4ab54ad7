#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <optional>
#include <vector>

#include "tarn/ops/integrate/integrator.hpp"

namespace tarn::apps::pde {

/// A part of an eigenvalue that is so much smaller than the whole is none.
inline constexpr double rounding_of_eigenvalues = 1e-10;

/// The eigenvalues of a matrix, by the QR algorithm: J. G. F. Francis, Comput. J. 4 (1961) 265.
/// @param matrix  of so many rows, one behind the other
std::vector<std::complex<double>> eigenvalues(std::vector<std::complex<double>> matrix, int rows);

/// How far a method of time integration may go, z the eigenvalue times the step: where |R(z)| <= 1, and of what grows
/// by itself where it grows no more than twice as fast by the method, |R(z)| <= exp(2 Re z).
class StabilityRegion {
 public:
  /// @param stages  of rkl2
  StabilityRegion(ops::Scheme scheme, int stages);

  /// The farthest z along the direction of an eigenvalue; 0 where there is none, infinite where there is no end.
  double reach(std::complex<double> direction) const { return reach(direction, false); }
  /// The same where the method may make turns grow by 20% in a radian more than they do by themselves.
  double reach_of_turns(std::complex<double> direction) const { return reach(direction, true); }
  /// How much the method makes it grow in a step: log |R(z)|.
  double growth(std::complex<double> z) const { return std::log(std::abs(amplification(z))); }
  /// Whether it is narrow at places along the real axis, so that the farthest z may lie between those of two
  /// directions.
  bool has_waists() const { return scheme_ == ops::Scheme::rkl2; }

 private:
  std::complex<double> amplification(std::complex<double> z) const;
  double reach(std::complex<double> direction, bool turns_grow) const;
  double reach_at(double angle, bool turns_grow) const;
  double first_beyond(std::complex<double> direction, double rate, double farthest) const;
  double known(std::size_t place, bool turns_grow) const;

  ops::Scheme scheme_;
  std::optional<ops::Rkl2> rkl2_;
  double longest_;
  mutable std::array<std::vector<double>, 2> reach_;  ///< at angles from 0 to pi, evenly; below 0: not asked for yet
};

}  // namespace tarn::apps::pde
