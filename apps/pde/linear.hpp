#pragma once

#include <array>
#include <complex>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// What a small disturbance of one field does to the rate of another, or to an auxiliary field: coefficient times what
/// an operator makes of the disturbance.
struct LinearTerm {
  enum class Kind { value, first, second, mixed, laplace, diffusion, wind_from_below, wind_from_above };

  int row = 0, column = 0;  ///< fields, and behind them auxiliary fields
  int coefficient = 0;      ///< see Linearisation::coefficients
  Kind kind = Kind::value;
  int axis = 0, other = 0;  ///< of the operator
  std::string text{};       ///< the operator as the deck has it; "" for what has none
};

/// The equations, linearised by their own derivatives; how the terms differ from cell to cell is in the coefficients.
struct Linearisation {
  std::vector<int> coefficients;  ///< nodes of the graph
  std::vector<LinearTerm> terms;  ///< row by row
};

/// @param system  takes the derivatives
Linearisation linearised(System& system);

/// The fields and auxiliary fields that act on each other, straight or through others: a group behind the other, each
/// from the least number on.
std::vector<std::vector<int>> groups_of(const System& system, const Linearisation& linear);

/// A wave's angle from one cell to the next along each axis.
using Angles = std::array<double, 3>;

/// The difference that the operator of a term takes along an axis; none: it takes none there.
std::optional<Difference> difference_along(const LinearTerm& term, int axis, int order);

/// What the operator of a term makes of a wave of size 1.
class Symbols {
 public:
  /// @param beside_faces  whether all waves are taken as much larger as faces make some, see edge_factor()
  explicit Symbols(const System& system, bool beside_faces = false) : system_(system), beside_faces_(beside_faces) {}

  std::complex<double> operator()(const LinearTerm& term, const Angles& angles) const;

 private:
  double factor(Difference difference, int column, std::size_t axis) const;
  std::complex<double> first(const LinearTerm& term, std::size_t axis, double angle) const;
  double second(const LinearTerm& term, std::size_t axis, double angle) const;

  const System& system_;
  bool beside_faces_;
  mutable std::map<std::tuple<Difference, int, std::size_t>, double> factors_;
};

/// What the equations make of a wave in each field, a row of the matrix behind the other; auxiliary fields are
/// eliminated.
/// @param coefficients  values of those of `linear`
/// @param symbols       of its terms, for that wave
std::vector<std::complex<double>> wave_matrix(const System& system, const Linearisation& linear,
                                              const std::vector<double>& coefficients,
                                              const std::vector<std::complex<double>>& symbols);

}  // namespace tarn::apps::pde
