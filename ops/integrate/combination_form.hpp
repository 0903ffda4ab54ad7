#pragma once

#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/ops/integrate/combination.hpp"

// What a stage makes of a rate, as data, for kernels that are written at run time.

namespace tarn::ops {

/// The form of a combination: the order of its operations, which bits depend on.
struct CombinationForm {
  /// Kinds of combinations.
  enum class Kind {
    plain,     ///< the rate itself
    sum,       ///< see Combination
    rk4_last,  ///< see Rk4Last
  };
  Kind kind = Kind::plain;              ///< which of them
  int before = 0, after = 0, now = -1;  ///< of a sum

  /// Arrays that are read in the cell itself.
  int arrays() const { return kind == Kind::rk4_last ? 4 : before + after; }
  /// Weights: of each array of a sum, or a third; then that of the rate.
  int weights() const { return kind == Kind::plain ? 0 : kind == Kind::rk4_last ? 2 : before + after + 1; }

  bool operator==(const CombinationForm&) const = default;  ///< of all its parts
};

/// What stands in a combination.
template <class Real>
struct CombinationData {
  std::vector<Fields<const Real>> arrays;  ///< (field, k, j, i) each, in the order of the form
  std::vector<Real> weights;               ///< in the order of the form
};

/// A weight that is known on the host.
/// @throws Error if it is a multiple of a step that stands in device memory
template <class Real>
Real weight_on_host(const StepWeight<Real>& weight) {
#if defined(TARN_GPU)
  require(weight.length_on_device == nullptr, "a stage that is written at run time takes its step from the host");
#endif
  return weight.value;
}

template <class Real, int Before, int After, int Now>
CombinationForm form_of(const Combination<Real, Before, After, Now>&) {
  return {CombinationForm::Kind::sum, Before, After, Now};
}

template <class Real, int Before, int After, int Now>
CombinationData<Real> data_of(const Combination<Real, Before, After, Now>& combination) {
  CombinationData<Real> data;
  for (int n = 0; n < Before + After; ++n) {
    data.arrays.push_back(combination.a[n]);
    data.weights.push_back(weight_on_host(combination.weight[n]));
  }
  data.weights.push_back(weight_on_host(combination.rate_weight));
  return data;
}

template <class Real>
CombinationForm form_of(const Rk4Last<Real>&) {
  return {CombinationForm::Kind::rk4_last};
}

template <class Real>
CombinationData<Real> data_of(const Rk4Last<Real>& last) {
  return {{last.u, last.y1, last.y2, last.y3}, {last.third, weight_on_host(last.rate_weight)}};
}

}  // namespace tarn::ops
