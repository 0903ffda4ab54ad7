#pragma once

#include <complex>
#include <string>
#include <vector>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// What integrals and means do to themselves: a rate that has one changes it in all cells at once, and no neighbour
/// damps that.
///
/// With reductions R_l = reduce_l(a_l(u, R)) in the equations du/dt = F(u, R), a small disturbance du of the fields
/// changes R by (I - H)^-1 times what it does to each a_l by itself, the sum over fields f of S_lf = reduce_l(w_lf
/// du_f), w_lf = da_l/du_f and H_lm = reduce_l(da_l/dR_m). In turn d(du_g)/dt = sum_h J_gh du_h + sum_m b_gm dR_m, b_gm
/// = dF_g/dR_m. So the numbers S_lfg = reduce_l(w_lf du_g) follow linear equations of their own, if J is that of a cell
/// at rest, the same everywhere: dS_lfg/dt = sum_h J_gh S_lfh + sum_m reduce_l(w_lf b_gm) dR_m. Without J they tell
/// what the reductions do by themselves. What an argument a_l makes of slopes and curvatures is not in w_lf.
class Feedback {
 public:
  /// @param system  takes the derivatives
  explicit Feedback(System& system);

  /// Nodes of the integrals in these equations that are not 0: numbers of the domain. Of those that take a pass over
  /// the cells only the first few that differ from moment to moment, and some hundred others.
  const std::vector<int>& entries() const { return entries_; }
  /// How many of these integrals are not counted, since there are too many.
  std::size_t left_out() const { return left_out_; }
  /// How fast the reductions change by themselves.
  /// @param values  of the entries
  std::vector<std::complex<double>> rates(const std::vector<double>& values) const;
  /// The same together with what a cell does.
  /// @param at_rest  J, row by row
  std::vector<std::complex<double>> rates(const std::vector<double>& values,
                                          const std::vector<std::complex<double>>& at_rest) const;
  /// How many of the latter there are.
  std::size_t joint_rates() const { return weights_.size() * fields_; }
  /// The reduction that does most to itself, as decks write it.
  std::string largest(const std::vector<double>& values) const;

 private:
  /// w_lf that is not 0 everywhere.
  struct Weight {
    std::size_t reduction, field;
  };
  /// Which number an entry is: of the weights and fields, or of H.
  struct Place {
    bool is_of_arguments;
    std::size_t row, column;
  };

  std::vector<double> changes(const std::vector<double>& values) const;
  std::vector<double> alone(const std::vector<double>& changes) const;

  std::size_t fields_;
  std::vector<std::string> names_;  ///< of the reductions
  std::vector<Weight> weights_;
  std::vector<int> entries_;
  std::vector<Place> places_;
  std::size_t left_out_ = 0;
};

/// Whether an expression is the same at all times, whatever the fields are.
bool is_lasting(const System& system, int node);

}  // namespace tarn::apps::pde
