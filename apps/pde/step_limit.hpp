#pragma once

#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tarn/apps/pde/edge_modes.hpp"
#include "tarn/apps/pde/feedback.hpp"
#include "tarn/apps/pde/linear.hpp"
#include "tarn/apps/pde/plane_waves.hpp"
#include "tarn/apps/pde/spectrum.hpp"

namespace tarn::apps::pde {

/// The longest stable step, and what sets it.
struct StepLimit {
  double step = std::numeric_limits<double>::infinity();  ///< infinite: nothing limits it; 0: no step is stable
  std::string set_by = "nothing";                         ///< in words
  bool is_of_cell = false;                                ///< whether what a cell does by itself sets it
};

/// Of how many varying coefficients the least and the greatest are looked for at most: each look has the values of all
/// in twice as many cells, from every rank.
inline constexpr std::size_t most_varying = 512;

/// The largest steps with which small disturbances do not grow by the method alone: von Neumann's analysis of the
/// linearised equations with the coefficients of single cells. (J. C. Strikwerda, Finite Difference Schemes and Partial
/// Differential Equations, SIAM 2004, chapters 2 and 7.) Waves that the equations let grow set no limit, and those that
/// change no faster than the cell by itself only that they are followed. Modes beside given faces count like waves.
/// Of conservation laws the signals of a cell may cross it in a step, those along all axes together; what their sources
/// ask for comes on top. What integrals and means do to all cells at once limits the step too.
class StepLimits {
 public:
  StepLimits(System& system, ops::Scheme scheme, int stages);
  StepLimits(const StepLimits&) = delete;
  StepLimits& operator=(const StepLimits&) = delete;

  const Linearisation& linearisation() const { return linear_; }
  /// Nodes of the coefficients that differ from cell to cell or in time, and of what they do together: the cells in
  /// which these are least and greatest tell the limit of all.
  const std::vector<int>& varying() const { return varying_; }
  /// Nodes of numbers of the domain that the limit depends on as well.
  const std::vector<int>& numbers() const { return feedback_.entries(); }
  /// Whether there are few enough of these.
  bool can_be_looked_at() const { return varying_.size() <= most_varying; }
  /// How many of these are not counted, since there are too many.
  std::size_t left_out() const { return feedback_.left_out(); }
  /// Whether the limit depends on neither the state nor the time.
  bool is_constant() const;
  /// Whether the limit may become another one as time goes on, and does not only differ from cell to cell.
  bool changes() const;
  /// Whether the time stands in what it depends on.
  bool changes_in_time() const;
  /// The least limit with the coefficients of some cells. Modes beside faces take long: they are looked for with those
  /// of the cell whose limit by waves is the least. Of many fields, whose eigenvalues take long, no such modes are
  /// looked for, and each wave is looked at with the cells of its largest matrices.
  /// @param cells    values of varying() in each; one without values where none varies
  /// @param numbers  values of numbers()
  StepLimit of_cells(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers);
  /// Whether what grows in a cell by itself sets a limit from now on, as it does at first.
  void follow_growth(bool follows);
  /// Whether what turns in one of the cells by itself grows by the method with such steps, or notably faster than it
  /// does.
  /// @param notably  what decays counts only where it grows by 5% in a radian, too
  bool lets_turns_grow(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers, double step,
                       bool notably = false) const;
  /// Whether such a step is far below a radian of what turns in one of the cells and sets it.
  bool is_short_for_turns(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers,
                          double step) const;

 private:
  using Complex = std::complex<double>;
  struct Slowest {
    double step;
    PlaneWave wave{};  ///< without symbols: a mode beside a face
  };

  /// A wave with the coefficients of a cell.
  struct Candidate {
    double size;  ///< a bound of its eigenvalues
    std::size_t cell, wave;
    std::size_t turn = 0;  ///< how many cells have larger ones of this wave
  };

  StepLimit of_waves_and_modes(const std::vector<std::vector<double>>& cells);
  StepLimit with_feedback(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers,
                          const StepLimit& others) const;
  StepLimit with_crossings(const std::vector<double>& values, const StepLimit& others) const;
  std::vector<double> key_of(const std::vector<double>& values) const;
  StepLimit of_waves(const std::vector<double>& key);
  StepLimit of_largest(const std::vector<std::vector<double>>& cells);
  std::vector<Candidate> candidates(const std::vector<std::vector<double>>& coefficients) const;
  StepLimit of_modes(const std::vector<double>& key);
  const std::vector<Complex>& symbols_at_rest() const { return waves_.all().front().symbols; }
  std::vector<Complex> rates_of(const std::vector<double>& coefficients, const std::vector<Complex>& symbols) const;
  double step_of_wave(const std::vector<double>& coefficients, const std::vector<Complex>& symbols,
                      const std::vector<Complex>& at_rest) const;
  void look_between(const std::vector<double>& coefficients, const std::vector<Complex>& at_rest,
                    Slowest& slowest) const;
  std::vector<double> coefficients(const std::vector<double>& values) const;
  double step_of(Complex value, const std::vector<Complex>& at_rest) const;
  template <class Predicate>
  bool any_rate_at_rest(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers,
                        const Predicate& is_meant) const;
  StepLimit limit_of(const std::vector<double>& coefficients, const Slowest& slowest) const;
  void add_modes(const std::vector<int>& members);
  int fastest_change(System& system) const;

  const System& system_;
  Linearisation linear_;
  PlaneWaves waves_;
  std::vector<EdgeModes> edge_modes_;  ///< of fields that act on each other, and of each alone
  StabilityRegion region_;
  Feedback feedback_;
  std::vector<int> varying_;
  std::size_t varying_coefficients_ = 0;  ///< the first of the varying ones
  bool coefficients_change_ = false;      ///< with the state or the time
  bool follows_growth_ = true;            ///< of cells by themselves
  int crossings_ = -1;      ///< node of the rate at which signals cross a cell; the last of the varying ones
  std::vector<int> place_;  ///< of each coefficient among the varying ones; -1: constant
  std::map<std::vector<double>, StepLimit> known_, known_modes_;
  std::set<std::vector<double>> largest_of_;  ///< the cells that of_largest() looked at last
  StepLimit limit_of_largest_{};
};

}  // namespace tarn::apps::pde
