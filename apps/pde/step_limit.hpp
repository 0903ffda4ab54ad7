#pragma once

#include <map>
#include <string>
#include <vector>

#include "tarn/apps/pde/linear.hpp"
#include "tarn/apps/pde/spectrum.hpp"

namespace tarn::apps::pde {

/// The longest stable step, and what sets it.
struct StepLimit {
  double step;           ///< infinite: nothing limits it; 0: no step is stable
  std::string set_by{};  ///< in words
};

/// Of how many varying coefficients the least and the greatest are looked for at most: each look has the values of all
/// in twice as many cells, from every rank.
inline constexpr std::size_t most_varying = 512;

/// The largest steps with which small disturbances do not grow by the method alone: von Neumann's analysis of the
/// linearised equations with the coefficients of single cells. (J. C. Strikwerda, Finite Difference Schemes and Partial
/// Differential Equations, SIAM 2004, chapters 2 and 7.) Waves that the equations let grow set no limit, and those that
/// change no faster than the cell by itself only that they are followed.
/// Of conservation laws the signals of a cell may cross it in a step, those along all axes together.
class StepLimits {
 public:
  StepLimits(System& system, ops::Scheme scheme, int stages);

  const Linearisation& linearisation() const { return linear_; }
  /// Nodes of the coefficients that differ from cell to cell or in time, and of what they do together: the cells in
  /// which these are least and greatest tell the limit of all.
  const std::vector<int>& varying() const { return varying_; }
  /// Whether there are few enough of these.
  bool can_be_looked_at() const { return varying_.size() <= most_varying; }
  /// The least limit with the coefficients of some cells. Of many fields, whose eigenvalues take long, only the cells
  /// and waves count whose matrices are largest.
  /// @param cells  values of varying() in each
  StepLimit of_cells(const std::vector<std::vector<double>>& cells);

 private:
  using Complex = std::complex<double>;
  struct Slowest {
    double step;
    Angles angles{};
  };

  /// A wave with the coefficients of a cell.
  struct Candidate {
    double size;  ///< a bound of its eigenvalues
    std::size_t cell, wave;
  };

  StepLimit of_cell(const std::vector<double>& values);
  StepLimit of_crossings(const std::vector<double>& values, const StepLimit& waves) const;
  StepLimit of_waves(const std::vector<double>& values);
  StepLimit of_largest(const std::vector<std::vector<double>>& cells) const;
  std::vector<Candidate> candidates(const std::vector<std::vector<double>>& coefficients) const;
  std::vector<Complex> eigenvalues_of(const std::vector<double>& coefficients, std::size_t wave) const;
  void look_at(const std::vector<Complex>& values, const std::vector<Complex>& at_rest, std::size_t wave,
               Slowest& slowest) const;
  std::vector<double> key_of(const std::vector<double>& values) const;
  std::vector<double> coefficients(const std::vector<double>& values) const;
  double step_of(Complex value, const std::vector<Complex>& at_rest) const;
  std::string set_by(const std::vector<double>& coefficients, const Slowest& slowest) const;
  void make_angles();
  int fastest_change(System& system) const;

  const System& system_;
  Linearisation linear_;
  Symbols symbol_;
  StabilityRegion region_;
  std::vector<int> varying_;
  std::size_t varying_coefficients_ = 0;  ///< the first of the varying ones
  int crossings_ = -1;          ///< node of the rate at which signals cross a cell; the last of the varying ones
  std::vector<int> place_;      ///< of each coefficient among the varying ones; -1: constant
  std::vector<Angles> angles_;  ///< of waves that differ in some term; the wave that is none first
  std::vector<std::vector<Complex>> symbols_;  ///< of each wave, of each term
  std::map<std::vector<double>, StepLimit> known_;
};

}  // namespace tarn::apps::pde
