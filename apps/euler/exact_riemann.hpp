#pragma once

#include <array>
#include <vector>

// The exact solution of the Riemann problem of an ideal gas: E. F. Toro, Riemann Solvers and Numerical Methods for
// Fluid Dynamics, third edition, Springer 2009, chapter 4 (below: Toro), vacuum included.

namespace tarn::apps::euler {

/// A gas along one axis.
struct GasState {
  double density;   ///< [kg/m^3]
  double velocity;  ///< [m/s]
  double pressure;  ///< [Pa]
};

class ExactRiemann {
 public:
  /// @param left, right  density and pressure > 0, or both 0: vacuum, on one side at most
  /// @param gamma        ratio of the specific heats, > 1
  /// @throws Error if a state is none
  ExactRiemann(const GasState& left, const GasState& right, double gamma);

  /// Between the two outer waves; the pressure is 0 where there is vacuum.
  double star_pressure() const { return pressure_; }
  double star_velocity() const { return velocity_; }

  /// Whether vacuum is given on a side or opens between the two.
  bool has_vacuum() const { return vacuum_; }

  /// The solution at x/t = speed.
  GasState at(double speed) const;

  /// Speeds at which the solution has a jump or a kink, ascending [m/s].
  const std::vector<double>& waves() const { return waves_; }

  /// Averages of density, momentum (density * velocity) and energy over the cell lower < x < upper at a time >= 0, the
  /// discontinuity being at x = 0 at time 0. Accurate to about 1e-12: the smooth pieces are integrated one by one.
  std::array<double, 3> cell_average(double lower, double upper, double time) const;

 private:
  void find_star();
  void find_vacuum();
  GasState at_side(const GasState& side, double sign, double speed) const;
  GasState in_fan(const GasState& side, double sign, double speed) const;

  GasState left_, right_;
  double gamma_;
  double pressure_ = 0, velocity_ = 0;
  double left_tail_ = 0, right_tail_ = 0;  // of the fans beside vacuum
  bool vacuum_ = false;
  std::vector<double> waves_;
};

}  // namespace tarn::apps::euler
