#pragma once

// The blast wave from a point or a line in a gas at rest without pressure: L. I. Sedov, Similarity and Dimensional
// Methods in Mechanics, Academic Press 1959, as J. R. Kamm and F. X. Timmes, On efficient generation of numerically
// robust Sedov solutions, LA-UR-07-2849 (2007), write it (uniform density: omega = 0).

namespace tarn::apps::euler {

class Sedov {
 public:
  /// @param dimensions  1 a plane, 2 a line, 3 a point that the energy comes from
  /// @param energy      set free at time 0 [J; per length in 2D, per area in 1D], > 0; of both sides in 1D
  /// @param density     of the gas at rest [kg/m^3], > 0
  /// @param gamma       ratio of the specific heats, > 1
  /// @throws Error if gamma and the dimension give no standard solution (a hollow core), as gamma = 7 does in 3D
  Sedov(int dimensions, double energy, double density, double gamma);

  /// Energy over what shock radius^(dimensions + 2) * density / time^2 is: the radius follows from it.
  double alpha() const { return alpha_; }

  double shock_radius(double time) const;

  struct State {
    double density, velocity, pressure;
  };

  /// @param radius  > 0 [m]
  /// @param time    > 0 [s]
  State at(double radius, double time) const;

 private:
  struct Similar {
    double radius, density, velocity, pressure;  // over those just behind the shock
    double slope;                                // d log radius / d V
  };
  Similar similar(double above) const;

  int dimensions_;
  double energy_, density_, gamma_;
  double lowest_, range_;  // of Sedov's variable V, centre to shock: lowest_ and lowest_ + range_
  double alpha_ = 0;
};

}  // namespace tarn::apps::euler
