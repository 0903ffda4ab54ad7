#pragma once

#include <array>
#include <complex>
#include <optional>
#include <vector>

#include "tarn/ops/integrate/integrator.hpp"

namespace tarn::apps::pde {

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
  double reach(std::complex<double> direction) const;
  /// The same for real numbers below 0.
  double reach_of_decay() const { return known(reach_.size() - 1); }
  /// How far what turns without decay is followed: at most one radian a step, in which it grows by 20% at most.
  double reach_of_turns() const { return reach_of_turns_; }
  /// Whether it is narrow at places along the real axis, so that the farthest z may lie between those of two
  /// directions.
  bool has_waists() const { return scheme_ == ops::Scheme::rkl2; }

 private:
  std::complex<double> amplification(std::complex<double> z) const;
  double reach_at(double angle) const;
  double first_beyond(std::complex<double> direction, double rate, double farthest) const;
  double known(std::size_t place) const;

  ops::Scheme scheme_;
  std::optional<ops::Rkl2> rkl2_;
  double longest_;
  mutable std::vector<double> reach_;  ///< at angles from 0 to pi, evenly; below 0: not asked for yet
  double reach_of_turns_;
};

}  // namespace tarn::apps::pde
