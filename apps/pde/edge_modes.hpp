#pragma once

#include <complex>
#include <map>
#include <tuple>
#include <vector>

#include "tarn/apps/pde/linear.hpp"

namespace tarn::apps::pde {

/// Modes of the linearised equations that stand beside given faces and are like no wave of the grid: those of a line of
/// cells from face to face, with the conditions of both and the coefficients of one cell. Along the other axes they are
/// waves. (B. Gustafsson, H.-O. Kreiss, A. Sundstroem, Math. Comp. 26 (1972) 649: beside the waves, such modes decide
/// about stability.) There are some along axes where a face makes a difference go farther than it goes inside;
/// elsewhere waves are the fastest. Where two such axes meet, the modes of one equation without mixed derivatives are
/// summed, which is exact. Of several the waves along the other axis are taken as much larger as its faces make them at
/// most.
class EdgeModes {
 public:
  /// @param system, linear  must outlive it; of the system the edges count
  /// @param members         fields and auxiliary fields, sorted; what acts on one of them from outside is left out
  EdgeModes(const System& system, const Linearisation& linear, const std::vector<int>& members);

  /// Whether there are some.
  bool any() const { return !axes_.empty(); }
  /// What the equations make of each mode: factors [1/time].
  /// @param coefficients  of one cell, values of those of the linearisation
  std::vector<std::complex<double>> rates(const std::vector<double>& coefficients) const;

 private:
  using Complex = std::complex<double>;
  using Matrix = std::vector<Complex>;
  /// Waves along the axes other than that of a line.
  struct Others {
    Angles angles{};
    bool beside_faces = false;
  };

  std::size_t place(int member) const;
  bool goes_farther(int axis) const;
  int pair_count(int axis) const;
  std::vector<Others> others_of(int axis) const;
  Complex symbol(const LinearTerm& term, const Angles& angles, bool beside_faces) const;
  void add_differences(int axis);
  void add_term(const LinearTerm& term, Complex weight, int axis, int pair, const Others& others, Matrix& block) const;
  Matrix line_matrix(const std::vector<double>& coefficients, int axis, int pair, const Others& others) const;
  std::vector<Complex> of_line(const std::vector<double>& coefficients, int axis, int pair, const Others& others) const;
  void add_sums(const std::vector<double>& coefficients, int pair, std::vector<Complex>& rates) const;
  std::vector<Complex> waves_along(const std::vector<double>& coefficients, int axis) const;

  const System& system_;
  std::vector<int> members_;
  std::size_t fields_;                    ///< among the members, the first of them
  std::vector<const LinearTerm*> terms_;  ///< of the members
  Symbols symbol_, symbol_beside_faces_;
  int cells_;              ///< of a line
  bool is_sum_;            ///< of what happens along each axis: one equation without mixed derivatives
  std::vector<int> axes_;  ///< that have such modes
  std::map<std::tuple<Difference, int, int, int>, std::vector<double>>
      differences_;  ///< of column, axis, pair of rules
};

}  // namespace tarn::apps::pde
