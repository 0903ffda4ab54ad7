#pragma once

#include <vector>

namespace tarn::ops {

/// The coefficients of the second order Runge-Kutta-Legendre super-time-stepping method with s stages:
/// C. D. Meyer, D. S. Balsara and T. D. Aslam, A stabilized Runge-Kutta-Legendre method for explicit
/// super-time-stepping of parabolic and mixed equations, J. Comput. Phys. 257 (2014) 594-626, equations 16 to 18.
///
///   Y_0 = u,  Y_1 = Y_0 + mu_rate_1 dt M(Y_0),
///   Y_j = mu_j Y_{j-1} + nu_j Y_{j-2} + (1 - mu_j - nu_j) Y_0 + mu_rate_j dt M(Y_{j-1}) + gamma_rate_j dt M(Y_0).
struct Rkl2 {
  /// The coefficients of one stage, as the paper names them.
  struct Stage {
    double mu = 0, nu = 0, mu_rate = 0, gamma_rate = 0;  ///< without unit
    double time = 0;  ///< of Y_j, as a share of the step: what M(Y_j) is evaluated at
  };

  /// @param stages  s, odd and at least 3
  explicit Rkl2(int stages);

  /// Entry j is stage j; entry 0 is the start.
  std::vector<Stage> stage;

  /// The largest stable step in units of the largest stable step of the explicit Euler method: (s^2 + s - 2) / 4.
  static double reach(int stages) { return (double(stages) * stages + stages - 2) / 4; }

  /// The least odd number of stages, at least 3, whose reach is at least `ratio`.
  static int stages_for(double ratio);

  /// An estimate of the error of so many steps from an initial state that holds every mode of the grid: the largest of
  /// |R(-z)^n - exp(-n z)| over all z that a step can have, where R is the method's stability polynomial and z the rate
  /// at which a mode decays times the step. For a diffusivity that is constant, without sources and with boundary
  /// values that do not change, the error is at most this share of the initial state's departure from the steady one,
  /// both as root mean squares. It depends on the number of steps more than on the stages: one step leaves up to 0.7 of
  /// what should be gone, n leave 0.7^n.
  /// @param steps  n, >= 1
  /// @param reach  the step in units of the largest stable step of the explicit Euler method
  static double error_of(int stages, double steps, double reach);

 private:
  double amplification(double z) const;
};

}  // namespace tarn::ops
