#pragma once

#include <complex>
#include <string>
#include <vector>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// What integrals and means do to themselves: a rate that has one changes it in all cells at once, and no neighbour
/// damps that.
///
/// With the reductions R_k = reduce_k(a_k(u, R)) of the equations du/dt = F(u, R), what a small disturbance of the
/// fields adds to them by itself, s_k = reduce_k(da_k/du du), follows ds/dt = B (I - H)^-1 s, where B_kl =
/// reduce_k(da_k/du dF/dR_l) and H_kl = reduce_k(da_k/dR_l). Derivatives by what operators make of fields are left out:
/// of a field that is the same in all cells they make 0.
class Feedback {
 public:
  /// @param system  takes the derivatives
  explicit Feedback(System& system);

  /// Nodes of the matrices' entries that are not 0 everywhere: numbers of the domain.
  const std::vector<int>& entries() const { return entries_; }
  /// How fast the reductions change.
  /// @param values  of the entries; of those that are no finite numbers nothing is known, and they count as 0
  std::vector<std::complex<double>> rates(const std::vector<double>& values) const;
  /// The reduction that does most to itself, as decks write it.
  std::string largest(const std::vector<double>& values) const;

 private:
  struct Place {
    std::size_t row, column;
    bool is_of_arguments;  ///< an entry of H
  };

  std::vector<double> matrix(const std::vector<double>& values) const;

  std::vector<std::string> names_;  ///< of the reductions
  std::vector<int> entries_;
  std::vector<Place> places_;
};

}  // namespace tarn::apps::pde
